/**
 * The folder-dependency rule: a file in src/ imports only from its own folder or from those it may use below.
 * Lowest first: engine, net, search, train, arena, io, commands. `io` is used by train, arena and commands only.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', 'src');

/** folder → what else it may import; '.' stands for the files directly in src/ (the error registry). */
const MAY_IMPORT: Record<string, readonly string[]> = {
  engine: [],
  net: ['.', 'engine'],
  search: ['.', 'engine', 'net'],
  train: ['.', 'engine', 'net', 'search', 'io'],
  arena: ['.', 'engine', 'net', 'search', 'train', 'io'],
  io: ['.', 'engine', 'net', 'search'],
  commands: ['.', 'engine', 'net', 'search', 'train', 'arena', 'io'],
  '.': ['engine', 'commands'],
};

const folderOf = (file: string): string => {
  const parts = relative(root, file).split('/');
  return parts.length === 1 ? '.' : (parts[0] ?? '.');
};

const problems: string[] = [];
for (const entry of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
  if (!entry.endsWith('.ts')) continue;
  const file = join(root, entry);
  const from = folderOf(file);
  const allowed = MAY_IMPORT[from];
  if (!allowed) {
    problems.push(`src/${entry}: folder '${from}' is not in the layer table`);
    continue;
  }
  const source = readFileSync(file, 'utf8');
  for (const match of source.matchAll(/(?:from\s+|import\s*\(\s*|import\s+|new URL\(\s*)['"](\.[^'"]*)['"]/g)) {
    const target = resolve(dirname(file), match[1] ?? '');
    if (relative(root, target).startsWith('..')) continue;
    const to = folderOf(target);
    if (to !== from && !allowed.includes(to)) problems.push(`src/${entry}: ${from} may not import ${to} (${match[1]})`);
  }
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

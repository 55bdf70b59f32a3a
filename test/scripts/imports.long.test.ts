import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { REPO_ROOT, run } from '../run.ts';

const CRUISE = join(REPO_ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

/** Broken rules in a source tree made of these files, as "rule: from → to". */
async function broken(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rr-imports-'));
  try {
    for (const [path, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const config = join(REPO_ROOT, '.dependency-cruiser.mjs');
    const args = [CRUISE, '--config', config, '--output-type', 'json', 'src/**/*.{ts,js}'];
    const { stdout, stderr } = await run(process.execPath, args, { cwd: folder });
    expect(stderr).toBe('');
    const { summary }: { summary: { violations: readonly Violation[] } } = JSON.parse(stdout);
    return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('imports from the own room and from earlier rooms pass, in every form', async () => {
  const files = {
    'src/engine/a.ts': 'export type A = 1;',
    'src/io/b.ts': "import { readFileSync } from 'node:fs'; import type { A } from '../engine/a.ts';",
    'src/io/npz/c.ts': "export * from '../b.ts'; new Worker(new URL('../../engine/a.ts', import.meta.url));",
    'src/commands/d.ts': "export class D { #io = import('../io/npz/c.ts'); }",
  };
  expect(await broken(files)).toEqual([]);
});

test('every form of import from a later room is caught', async () => {
  const forms = {
    import: "import { x } from '../io/a.ts';",
    'import-type': "import type { x } from '../io/a.ts';",
    'inline-type': "import { type x } from '../io/a.ts';",
    'type-in-place': "export type X = import('../io/a.ts').X;",
    'export-from': "export * from '../io/a.ts';",
    'export-type': "export type { x } from '../io/a.ts';",
    dynamic: "export class P { #x = import('../io/a.ts'); }",
    template: 'export const x = await import(`../io/a.ts`);',
    worker: "new Worker(new URL('../io/a.ts', import.meta.url));",
  };
  const planted = Object.entries(forms).map(([name, text]) => [`src/search/${name}.ts`, text]);
  const expected = planted.map(([path]) => `search-above: ${path} → src/io/a.ts`);
  const found = await broken({ 'src/io/a.ts': 'export type X = 1;', ...Object.fromEntries(planted) });
  expect(found.sort()).toEqual(expected.sort());
});

const url = (path: string): string => `new URL('${path}', import.meta.url);`;

test.each<[string, string, Record<string, string>]>([
  ['a file outside the rooms', 'no-such-room', { 'src/misc/a.ts': "import '../core/b.ts';", 'src/core/b.ts': '' }],
  ['a file beside the rooms', 'no-such-room-imported', { 'src/io/a.ts': "import '../b.ts';", 'src/b.ts': '' }],
  [
    'a circle of type and dynamic imports',
    'no-circle',
    { 'src/io/a.ts': "import type { B } from './b.ts';", 'src/io/b.ts': "export const a = import('./a.ts');" },
  ],
  [
    'a circle of folders without one of files',
    'no-folder-circle',
    {
      'src/io/a/a.ts': "import type { B } from '../b/b.ts';",
      'src/io/b/b.ts': '',
      'src/io/b/c.ts': url('../a/d.ts'),
      'src/io/a/d.ts': '',
    },
  ],
  ['a folder that uses what is inside it', 'folder-serves', { 'src/io/a.ts': url('./b/c.ts'), 'src/io/b/c.ts': '' }],
  [
    'a part of a room that uses the whole',
    'folder-composes',
    { 'src/sync/a.ts': '', 'src/sync/peer/b.ts': "import type { A } from '../a.ts';" },
  ],
  [
    'a command that imports the table',
    'table-is-a-leaf',
    { 'src/commands/a.ts': "export const table = () => import('./table.ts');", 'src/commands/table.ts': '' },
  ],
  ['Node in the engine', 'browser', { 'src/engine/a.ts': "import type { Hash } from 'node:crypto';" }],
  ['a file of the tests', 'outside', { 'src/io/a.ts': url('../../test/b.ts'), 'test/b.ts': '' }],
  ['an import of nothing', 'unresolved', { 'src/io/a.ts': "import './b.ts';" }],
])('%s is caught', async (_, rule, files) => {
  expect(await broken(files)).toContainEqual(expect.stringMatching(new RegExp(`^${rule}: `)));
});

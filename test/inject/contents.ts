/** What a folder of rr holds, as lines to compare: independent of when it was made, of logs beside databases, and of temporary names. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { rowsOf } from '../../src/games/convert/rows.ts';
import { databaseKind } from '../../src/games/databases/kind.ts';
import { GameStore } from '../../src/games/store/store.ts';
import { openNpz } from '../../src/io/npz/reader.ts';
import { loadModel } from '../../src/models/load.ts';
import { openStateToRead } from '../../src/state/open.ts';
import { stateProblems } from '../../src/state/repair.ts';

const digest = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex').slice(0, 16);

/** Files that a finished program must not leave. */
const LEFT =
  /\.rr\.tmp|\.rr-|(^|\/)rr-[a-z]+-|-(wal|shm|journal)$|\.(making|partial)$|^[^/]*\/?state\/(incoming|outgoing)\//;

/** Files below `folder`, as paths from it. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Empty folders count as well: a killed program may leave the one it worked in. */
export function leftovers(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => LEFT.test(name)).sort();
}

/** @throws what a reader of one of the files throws: each of them has to open and be whole */
export async function contents(folder: string): Promise<string[]> {
  const lines: string[] = [];
  for (const name of filesOf(folder)) {
    if (LEFT.test(name)) continue;
    for (const line of await linesOf(join(folder, name)))
      lines.push(`${name.replace(/[0-9a-f]{64}|damaged-[^/]*/, '~')}: ${line}`);
  }
  return lines.sort();
}

async function linesOf(path: string): Promise<string[]> {
  const name = basename(path);
  // what a repair puts aside is as damaged as it was
  if (path.includes('/damaged-')) return ['there'];
  if (name === 'rr.db' || name === 'other-state.db') return stateLines(path);
  if (name.endsWith('.db')) return gameLines(path);
  if (name.endsWith('.npz')) return npzLines(path);
  if (name.endsWith('.onnx')) {
    const { weights } = await loadModel({ path });
    return [digest(Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength))];
  }
  if (/\.(yaml|html|svg|ndjson|json)$/.test(name)) return ['there'];
  return [digest(readFileSync(path))];
}

async function gameLines(path: string): Promise<string[]> {
  // killed before SQLite wrote its first page
  if (statSync(path).size === 0) return [];
  const kind = await databaseKind(path);
  if (kind !== 'rr') {
    const lines: string[] = [];
    for await (const row of rowsOf(path)) lines.push(`game ${digest(JSON.stringify(row))}`);
    return lines;
  }
  const store = await openUnlessBare(path);
  if (store === undefined) return [];
  try {
    store.check();
    return [
      ...Array.from(store.rows(), (row) =>
        'problem' in row ? `bad ${row.id}` : `game ${row.game_id} ${digest(row.moves)}`,
      ),
      ...store.aside().map(({ game }) => `aside ${game}`),
    ];
  } finally {
    store.close();
  }
}

/** undefined for a file whose maker was killed before it had tables: readers say so, writers make them. */
async function openUnlessBare(path: string): Promise<GameStore | undefined> {
  try {
    return await GameStore.openReadOnly(path);
  } catch (error) {
    if (String(error).includes('has no tables yet')) return undefined;
    throw error;
  }
}

async function npzLines(path: string): Promise<string[]> {
  const npz = await openNpz(path);
  try {
    await npz.verify();
    // upstream's layout says when it was made
    const sums = [...((await npz.checksums()) ?? [])].filter(([name]) => name !== 'metadata_json');
    return [digest(JSON.stringify(sums))];
  } finally {
    npz.close();
  }
}

async function stateLines(path: string): Promise<string[]> {
  const problems = await stateProblems(path);
  if (problems.length > 0) throw new Error(`${path}: ${problems[0]}`);
  const state = await openStateToRead(path);
  try {
    const audit = await state.audit.rows();
    const results = await state.results.find();
    return [
      ...audit.map(
        ({ config, pointer, actor, previous }) => `audit ${config} ${pointer} ${actor} ${previous !== null}`,
      ),
      // not by their ids, which hold the time
      ...results.map(({ kind, record }) => `result ${kind} ${digest(JSON.stringify(record))}`),
    ];
  } finally {
    await state.close();
  }
}

/** Lines that one list has more of than the other. */
export function missingFrom(wanted: readonly string[], found: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of found) left.set(line, (left.get(line) ?? 0) + 1);
  return wanted.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

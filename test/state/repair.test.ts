import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openState, openStateToRead } from '../../src/state/open.ts';
import { repairState, stateProblems } from '../../src/state/repair.ts';
import { Lease } from '../../src/state/store/lease.ts';
import { makeResult } from '../../src/state/store/results.ts';
import { temporaryFolder } from '../io/folder.ts';
import { FIXTURES } from '../shared.ts';

const folder = temporaryFolder();
const NOW = new Date('2026-11-29T12:00:00Z');

async function filled(name: string, results: number): Promise<string> {
  const path = join(folder, name, 'rr.db');
  const state = await openState(path);
  await state.results.add(
    Array.from({ length: results }, (_, n) =>
      makeResult({ kind: 'match', atMs: n, record: { n, filler: 'x'.repeat(200) } }),
    ),
  );
  await state.cursors.set('c', '5');
  await (await Lease.acquire(state.leases, 'train', { owner: 'rr train' })).release();
  await state.close();
  return path;
}

test('a healthy file has no problems', async () => {
  expect(await stateProblems(await filled('healthy', 10))).toEqual([]);
});

test('a damaged row is left out, everything else is kept, the old file stays aside', async () => {
  const path = await filled('row', 10);
  const before = readFileSync(path);
  const at = before.indexOf('"n":7');
  before.write('"n":6', at);
  writeFileSync(path, before);
  expect(await stateProblems(path)).toEqual([expect.stringMatching(/^a row of results is damaged/)]);
  const { aside, kept, lost } = await repairState(path, NOW);
  expect(kept).toMatchObject({ results: 9, cursors: 1, leases: 1 });
  expect(lost).toMatchObject({ results: 1, cursors: 0, leases: 0 });
  expect(readFileSync(join(aside, 'rr.db'))).toEqual(before);
  expect(await stateProblems(path)).toEqual([]);
  const state = await openState(path);
  expect((await state.results.find()).map(({ at: ms }) => ms)).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 9]);
  const lease = await Lease.acquire(state.leases, 'train', { owner: 'y' });
  expect(lease.fence.epoch).toBe(2);
  await lease.release();
  await state.close();
  expect(readdirSync(dirname(path)).filter((name) => name !== 'rr.db' && !name.startsWith('damaged-'))).toEqual([]);
});

test('a repair that was killed before its end is repeated from its copies, the log included', async () => {
  const path = await filled('killed', 10);
  const writer = await openState(path);
  await writer.cursors.set('later', '1');
  const [bytes, log] = [readFileSync(path), readFileSync(`${path}-wal`)];
  await writer.close();
  bytes.write('"n":6', bytes.indexOf('"n":7'));
  // as if it had died between the removal of the log and the rename
  const aside = join(dirname(path), 'damaged-before');
  mkdirSync(aside);
  for (const name of [path, join(aside, 'rr.db')]) writeFileSync(name, bytes);
  writeFileSync(join(aside, 'rr.db-wal'), log);
  expect((await repairState(path, NOW)).aside).toBe(aside);
  expect(await stateProblems(path)).toEqual([]);
  const state = await openState(path);
  expect(await state.cursors.get('later')).toBe('1');
  await state.close();
  expect(readdirSync(dirname(path)).sort()).toEqual(['damaged-before', 'rr.db']);
});

test.for([
  ['nothing', (db: Database.Database) => db.close()],
  ['its mark alone', (db: Database.Database) => db.pragma('application_id = 1') && db.close()],
] as const)('a file whose maker was killed after it wrote %s holds nothing, and is healthy', async ([name, make]) => {
  const path = join(folder, `made of ${name}.db`);
  writeFileSync(path, '');
  make(new Database(path));
  const state = await openStateToRead(path);
  expect(await state.results.find()).toEqual([]);
  await state.close();
  expect(await stateProblems(path)).toEqual([]);
});

test('damaged pages cost what is on them', async () => {
  const path = await filled('pages', 400);
  const bytes = readFileSync(path);
  const page = Math.floor(bytes.indexOf('"n":200}') / 4096);
  bytes.fill(0xff, page * 4096, (page + 1) * 4096);
  writeFileSync(path, bytes);
  expect(await stateProblems(path)).not.toEqual([]);
  const { kept } = await repairState(path, NOW);
  expect(kept.results).toBeGreaterThan(300);
  expect(kept).toMatchObject({ cursors: 1, leases: 1 });
  expect(await stateProblems(path)).toEqual([]);
});

test('a file without a header is replaced, and refused while somebody has it open', async () => {
  const path = await filled('header', 1);
  const open = await openState(path);
  await expect(repairState(path, NOW)).rejects.toMatchObject({ code: 'LOCKED', exit: 75 });
  await open.close();
  const bytes = readFileSync(path);
  bytes.fill(0, 0, 100);
  writeFileSync(path, bytes);
  expect(await stateProblems(path)).toEqual([expect.stringContaining('not an SQLite database')]);
  await repairState(path, NOW);
  expect(await stateProblems(path)).toEqual([]);
});

test('a damaged file of version 1 keeps what is on its other pages', async () => {
  const path = join(folder, 'version-1', 'rr.db');
  mkdirSync(dirname(path));
  const bytes = gunzipSync(readFileSync(join(FIXTURES, 'state', 'rr-1.db.gz')));
  writeFileSync(path, bytes);
  const db = new Database(path, { readonly: true });
  const pageSize = Number(db.pragma('page_size', { simple: true }));
  db.close();
  const page = Math.floor(bytes.indexOf('{"host":"gpu-1"') / pageSize);
  bytes.fill(0xff, page * pageSize, (page + 1) * pageSize);
  writeFileSync(path, bytes);
  const { aside, kept, lost } = await repairState(path, NOW);
  expect(kept).toMatchObject({ results: 1, cursors: 1, leases: 1, breakers: 1, events: 0 });
  expect(lost).toMatchObject({ results: 0, cursors: 0 });
  expect(readFileSync(join(aside, 'rr.db'))).toEqual(bytes);
  expect(await stateProblems(path)).toEqual([]);
});

test('what is written while it is looked at is not lost: the repair is refused', async () => {
  const path = await filled('meanwhile', 10);
  const bytes = readFileSync(path);
  bytes.write('"n":6', bytes.indexOf('"n":7'));
  writeFileSync(path, bytes);
  const repair = repairState(path, NOW);
  // the copies are being synced: the lock has not been taken yet
  const db = new Database(path);
  db.exec('CREATE TABLE later (x)');
  db.close();
  await expect(repair).rejects.toMatchObject({ code: 'LOCKED' });
  expect(new Database(path, { readonly: true }).prepare('SELECT name FROM sqlite_schema').pluck().all()).toContain(
    'later',
  );
});

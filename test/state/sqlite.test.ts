import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openState, openStateToRead } from '../../src/state/open.ts';
import { StateFile } from '../../src/state/sqlite/file.ts';
import { STATE_MIGRATIONS } from '../../src/state/sqlite/schema.ts';
import { TABLE_NAMES, TABLES, type Table } from '../../src/state/sqlite/seals.ts';
import { openSqlite } from '../../src/state/sqlite/store.ts';
import { isGenuineAudit, makeAuditRow } from '../../src/state/store/audit.ts';
import { isGenuineEvent, makeEvent } from '../../src/state/store/event.ts';
import { Lease } from '../../src/state/store/lease.ts';
import { isGenuine, makeResult } from '../../src/state/store/results.ts';
import type { StateStore } from '../../src/state/store/store.ts';
import { temporaryFolder } from '../io/folder.ts';
import { FIXTURES } from '../shared.ts';
import { stateContract } from './contract.ts';

const folder = temporaryFolder();

let places = 0;
stateContract({
  name: 'SQLite',
  fresh: () => join(folder, `place-${++places}.db`),
  open: async (place, now) => openSqlite(place, now),
});

test('a file of version 1 gives what was written into it', async () => {
  const path = join(folder, 'version-1.db');
  writeFileSync(path, gunzipSync(readFileSync(join(FIXTURES, 'state', 'rr-1.db.gz'))));
  const state = await openState(path);
  try {
    expect(await state.runs.active()).toEqual([]);
    const events = await state.events.find();
    expect(events.map(({ arrival, type, at, detail }) => ({ arrival, type, at, ...JSON.parse(detail) }))).toEqual([
      expect.objectContaining({ arrival: 1, type: 'data_synced', at: 3000, ended: 3000, with: 'gpu-1', bytes: 5 }),
    ]);
    expect(events.every(isGenuineEvent)).toBe(true);
    expect(await state.cursors.get('sync/x/pull/hex8_2p.db')).toBe('41');
    const [result] = await state.results.find({ kind: 'match', config: 'hex8_2p' });
    expect(result && isGenuine(result) && JSON.parse(result.record)).toEqual({ run: 'r', index: 0 });
    const winner = await state.audit.winner('hex8_2p', 'production');
    expect(winner && isGenuineAudit(winner) && winner.hash).toBe('a'.repeat(64));
    expect((await state.breakers.state('gpu-1')).reason).toBe('ECONNREFUSED');
    expect(await state.fileHashes.all()).toEqual(new Map([['/d/a.npz', { stamp: '1:2:3', hash: 'b'.repeat(64) }]]));
    const lease = await Lease.acquire(state.leases, 'train/hex8_2p', { owner: 'x' });
    expect(lease.fence.epoch).toBe(8);
    await lease.release();
  } finally {
    await state.close();
  }
});

test('migrates step by step, keeps what is there, and refuses a newer file', async () => {
  const path = join(folder, 'steps', 'rr.db');
  const old = await openState(path);
  await old.cursors.set('c', 'kept');
  await old.close();
  const steps = [...STATE_MIGRATIONS, 'ALTER TABLE cursors ADD COLUMN note TEXT', 'CREATE TABLE later (x) '];
  const newer = StateFile.open(path, steps);
  expect(newer.row('cursors', 'name = ?', 'c')).toMatchObject({ value: 'kept', note: null });
  newer.close();
  await expect(openState(path)).rejects.toMatchObject({ code: 'DB_NEWER', exit: 78 });
});

test('a file in the making is an empty store to a reader', async () => {
  const path = join(folder, 'making', 'rr.db');
  mkdirSync(join(folder, 'making'));
  for (const statements of [[], ['application_id = 1381126996']]) {
    const db = new Database(path);
    for (const pragma of ['journal_mode = WAL', ...statements]) db.pragma(pragma);
    db.close();
    const state = await openStateToRead(path);
    expect(await state.runs.find()).toEqual([]);
    await state.close();
  }
});

test('a step that fails leaves the older version', () => {
  const path = join(folder, 'broken.db');
  expect(() => StateFile.open(path, [...STATE_MIGRATIONS, 'CREATE TABLE a (x); nonsense'])).toThrow('syntax');
  const db = new Database(path);
  expect(db.pragma('user_version', { simple: true })).toBe(STATE_MIGRATIONS.length);
  expect(db.prepare("SELECT name FROM sqlite_master WHERE name = 'a'").all()).toEqual([]);
  db.close();
});

const damage = (path: string, sql: string): void => {
  const db = new Database(path);
  for (const { name } of db
    .prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    .all()) {
    db.exec(`DROP TRIGGER ${name}`);
  }
  db.exec(sql);
  db.close();
};

/** A file with one row in every table. */
async function filled(name: string): Promise<string> {
  const path = join(folder, name, 'rr.db');
  const state = await openState(path);
  await Lease.acquire(state.leases, 'train', { owner: 'rr train' });
  await state.runs.start({ command: 'loop' });
  await state.events.add([
    makeEvent({ type: 'run_failed', at: 1, host: 'h', facts: { run: 'r', command: 'train', exit: 5 } }),
  ]);
  await state.cursors.set('c', '5');
  await state.audit.add([
    makeAuditRow({
      ...{ config: 'hex8_2p', pointer: 'production', hash: 'a'.repeat(64), previous: null, generation: 1, at: 1 },
      ...{ host: 'h', actor: 'x', reason: 'y', detail: '{}' },
    }),
  ]);
  await state.results.add([makeResult({ kind: 'match', config: 'hex8_2p', atMs: 1, record: { a: 1 } })]);
  await state.fileHashes.put(new Map([['/a', { stamp: 's', hash: 'h' }]]));
  await state.breakers.failed('gpu-1', 'x');
  await state.close();
  return path;
}

const JSON_COLUMNS: ReadonlySet<string> = new Set(['detail', 'record', 'argv']);

const READS: Readonly<Record<Table, (state: StateStore) => Promise<unknown>>> = {
  leases: ({ leases }) => leases.held(),
  runs: ({ runs }) => runs.active(),
  events: ({ events }) => events.find(),
  cursors: ({ cursors }) => cursors.get('c'),
  model_audit: ({ audit }) => audit.winner('hex8_2p', 'production'),
  results: ({ results }) => results.find({ kind: 'match' }),
  file_hashes: ({ fileHashes }) => fileHashes.all(),
  breakers: ({ breakers }) => breakers.state('gpu-1'),
};

test.for(TABLE_NAMES)(
  '%s: a changed column, a lost row and a row that stands twice are noticed by every read',
  async (table) => {
    const intact = await filled(`${table}-intact`);
    for (const opened of [await openState(intact), await openStateToRead(intact)]) {
      await expect(READS[table](opened)).resolves.toBeDefined();
      await opened.close();
    }
    const columns = TABLES[table].map(
      (column) =>
        `UPDATE ${table} SET ${column} = coalesce(${column}, '') || '${JSON_COLUMNS.has(column) ? ' ' : '1'}'`,
    );
    for (const [index, sql] of [...columns, `DELETE FROM ${table}`].entries()) {
      const path = await filled(`${table}-${index}`);
      damage(path, sql);
      for (const opened of [await openState(path), await openStateToRead(path)]) {
        await expect(READS[table](opened), sql).rejects.toMatchObject({ code: 'FILE_CORRUPT', exit: 5 });
        await opened.close();
      }
    }
  },
);

test('a row of version 1 that is not what its id says is not taken over as good', async () => {
  const path = join(folder, 'version-1-damaged.db');
  writeFileSync(path, gunzipSync(readFileSync(join(FIXTURES, 'state', 'rr-1.db.gz'))));
  damage(path, 'UPDATE results SET at = at + 1');
  const state = await openState(path);
  await expect(state.results.find()).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
  expect(await state.cursors.get('sync/x/pull/hex8_2p.db')).toBe('41');
  await state.close();
});

test('reading leaves a file of version 1, its folder and its time as they are', async () => {
  const path = join(folder, 'read-1', 'rr.db');
  mkdirSync(join(folder, 'read-1'));
  writeFileSync(path, gunzipSync(readFileSync(join(FIXTURES, 'state', 'rr-1.db.gz'))));
  const before = readFileSync(path);
  const state = await openStateToRead(path);
  expect(await state.cursors.get('sync/x/pull/hex8_2p.db')).toBe('41');
  await state.close();
  expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(join(folder, 'read-1'))).toEqual(['rr.db']);
});

test('no state database: one line, exit 5', async () => {
  const [text, other] = [join(folder, 'text.db'), join(folder, 'other.db')];
  writeFileSync(text, 'x'.repeat(5000));
  new Database(other).exec('CREATE TABLE t (x)').close();
  for (const path of [text, other]) {
    await expect(openState(path)).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
  }
});

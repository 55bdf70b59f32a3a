import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openState } from '../../src/state/open.ts';
import { StateFile } from '../../src/state/sqlite/file.ts';
import { STATE_MIGRATIONS } from '../../src/state/sqlite/schema.ts';
import { openSqlite } from '../../src/state/sqlite/store.ts';
import { isGenuineAudit } from '../../src/state/store/audit.ts';
import { Lease } from '../../src/state/store/lease.ts';
import { isGenuine } from '../../src/state/store/results.ts';
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
    expect(await state.events.newest('transfer')).toEqual([
      { id: 1, at: 3000, kind: 'transfer', run_id: 'run-1', config: null, detail: '{"host":"gpu-1","bytes":5}' },
    ]);
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
  expect(newer.get('SELECT value, note FROM cursors')).toEqual({ value: 'kept', note: null });
  newer.close();
  await expect(openState(path)).rejects.toMatchObject({ code: 'DB_NEWER', exit: 78 });
});

test('a step that fails leaves the older version', () => {
  const path = join(folder, 'broken.db');
  expect(() => StateFile.open(path, [...STATE_MIGRATIONS, 'CREATE TABLE a (x); nonsense'])).toThrow('syntax');
  const db = new Database(path);
  expect(db.pragma('user_version', { simple: true })).toBe(STATE_MIGRATIONS.length);
  expect(db.prepare("SELECT name FROM sqlite_master WHERE name = 'a'").all()).toEqual([]);
  db.close();
});

test('no state database: one line, exit 5', async () => {
  const [text, other] = [join(folder, 'text.db'), join(folder, 'other.db')];
  writeFileSync(text, 'x'.repeat(5000));
  new Database(other).exec('CREATE TABLE t (x)').close();
  for (const path of [text, other]) {
    await expect(openState(path)).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
  }
});

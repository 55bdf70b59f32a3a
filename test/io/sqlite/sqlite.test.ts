import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GameStore } from '../../../src/games/store/store.ts';
import { RingriftWriter } from '../../../src/games/upstream/writer.ts';
import { openReadOnly } from '../../../src/io/sqlite/sqlite.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rr-sqlite-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NOBODY = 65_534;

/** Permissions mean nothing to root. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0 || !process.seteuid) return work();
  process.seteuid(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid(0);
  }
}

test('a database that may only be read is read, by whoever may read it', async () => {
  const path = join(folder, 'archive.db');
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE t (x); INSERT INTO t VALUES (7)');
  db.close();
  chmodSync(path, 0o444);
  chmodSync(folder, 0o555);
  await asNobody(async () => {
    const opened = await openReadOnly(path);
    expect(opened.db.prepare('SELECT x FROM t').pluck().get()).toBe(7);
    opened.close();
  });
  expect(readdirSync(folder)).toEqual(['archive.db']);
});

test.each(['-wal', '-shm', '-journal'])('no database is put beside a left-over %s', (end) => {
  const path = join(folder, 'games.db');
  writeFileSync(path + end, 'left by another');
  expect(() => new RingriftWriter(path)).toThrow(expect.objectContaining({ code: 'DB_LEFTOVER' }));
  expect(existsSync(path)).toBe(false);
});

test('a left-over log is not thrown away for a new database of ours', () => {
  const path = join(folder, 'games.db');
  writeFileSync(`${path}-wal`, 'games that were acknowledged');
  expect(() => GameStore.open(path)).toThrow(expect.objectContaining({ code: 'DB_LEFTOVER' }));
});

test('a log that comes while a database is made keeps it from its name', () => {
  const path = join(folder, 'games.db');
  const writer = new RingriftWriter(path);
  writeFileSync(`${path}-wal`, 'of somebody who was faster');
  expect(() => writer.finish()).toThrow(expect.objectContaining({ code: 'DB_LEFTOVER' }));
  expect(readdirSync(folder)).toEqual(['games.db-wal']);
});

test('a link to a database stays one', () => {
  const path = join(folder, 'link.db');
  symlinkSync('real.db', path);
  const writer = new RingriftWriter(path);
  writer.finish();
  expect(readdirSync(folder).sort()).toEqual(['link.db', 'real.db']);
});

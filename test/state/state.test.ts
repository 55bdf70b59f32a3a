import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { StateDb } from '../../src/state/database.ts';
import {
  activeRuns,
  addEvent,
  beatRun,
  cursor,
  endRun,
  newestEvents,
  setCursor,
  startRun,
} from '../../src/state/journal.ts';
import { addResults, findResults, isGenuine, makeResult, resultIds } from '../../src/state/results.ts';
import { STATE_MIGRATIONS } from '../../src/state/schema.ts';
import { temporaryFolder } from '../io/folder.ts';

const folder = temporaryFolder();

test('migrates step by step, keeps what is there, and refuses a newer file', () => {
  const path = join(folder, 'steps', 'rr.db');
  const old = StateDb.open(path);
  setCursor(old, 'c', 'kept');
  old.close();
  const steps = [...STATE_MIGRATIONS, 'ALTER TABLE cursors ADD COLUMN note TEXT', 'CREATE TABLE later (x) '];
  const newer = StateDb.open(path, steps);
  expect(newer.get('SELECT value, note FROM cursors')).toEqual({ value: 'kept', note: null });
  newer.close();
  expect(() => StateDb.open(path)).toThrow(expect.objectContaining({ code: 'DB_NEWER', exit: 78 }));
});

test('a step that fails leaves the older version', () => {
  const path = join(folder, 'broken.db');
  expect(() => StateDb.open(path, [...STATE_MIGRATIONS, 'CREATE TABLE a (x); nonsense'])).toThrow('syntax');
  const db = new Database(path);
  expect(db.pragma('user_version', { simple: true })).toBe(STATE_MIGRATIONS.length);
  expect(db.prepare("SELECT name FROM sqlite_master WHERE name = 'a'").all()).toEqual([]);
  db.close();
});

test('no state database: one line, exit 5', () => {
  const [text, other] = [join(folder, 'text.db'), join(folder, 'other.db')];
  writeFileSync(text, 'x'.repeat(5000));
  new Database(other).exec('CREATE TABLE t (x)').close();
  for (const path of [text, other]) {
    expect(() => StateDb.open(path)).toThrow(expect.objectContaining({ code: 'FILE_CORRUPT' }));
  }
});

test('runs, events, cursors', () => {
  const state = StateDb.open(':memory:');
  const first = startRun(state, { command: 'train', config: 'hex8_2p', detail: { steps: 3 } });
  const second = startRun(state, { command: 'selfplay' });
  beatRun(state, second);
  expect(activeRuns(state).map((run) => run.command)).toEqual(['train', 'selfplay']);
  endRun(state, first, 0);
  expect(activeRuns(state).map((run) => run.run_id)).toEqual([second]);
  addEvent(state, { kind: 'transfer', runId: first, detail: { bytes: 1 } });
  addEvent(state, { kind: 'transfer', detail: { bytes: 2 } });
  expect(newestEvents(state, 'transfer').map((event) => JSON.parse(event.detail))).toEqual([
    { bytes: 2 },
    { bytes: 1 },
  ]);
  expect(cursor(state, 'x')).toBeUndefined();
  setCursor(state, 'x', '1');
  setCursor(state, 'x', '2');
  expect(cursor(state, 'x')).toBe('2');
  state.close();
});

test('results are a set, and forged ones are told', () => {
  const state = StateDb.open(':memory:');
  const one = makeResult({ kind: 'match', config: 'hex8_2p', atMs: 5, record: { b: 1, a: { d: 1, c: 2 } } });
  const same = makeResult({ kind: 'match', config: 'hex8_2p', atMs: 5, record: { a: { c: 2, d: 1 }, b: 1 } });
  expect(same).toEqual(one);
  expect(addResults(state, [one, same])).toBe(1);
  expect(resultIds(state)).toEqual([one.id]);
  expect(findResults(state, { kind: 'match' })).toEqual([one]);
  expect(findResults(state, { config: 'hex8_3p' })).toEqual([]);
  expect(isGenuine(one)).toBe(true);
  for (const forged of [
    { ...one, at: 6 },
    { ...one, record: '{"a":1}' },
    { ...one, record: 'no' },
  ]) {
    expect(isGenuine(forged)).toBe(false);
  }
  state.close();
});

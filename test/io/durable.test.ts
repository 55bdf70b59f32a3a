/**
 * What survives a power cut: every file is synced before it gets its name, its folder after that, and databases sync
 * what they commit. The calls are recorded, not trusted: no test can pull the plug.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { GameStore } from '../../src/games/store/store.ts';
import { RingriftWriter } from '../../src/games/upstream/writer.ts';
import { writeFileAtomic } from '../../src/io/atomic.ts';
import { makeFolder } from '../../src/io/folder.ts';
import { openState } from '../../src/state/open.ts';
import { recordSyncs } from './syncs.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-durable-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

// Only Linux tells the name of an open file.
describe.runIf(existsSync('/proc/self/fd'))('files', () => {
  test('a file is synced under its temporary name, renamed, and its folder synced', async () => {
    using syncs = await recordSyncs(folder);
    await writeFileAtomic(join(folder, 'file.txt'), 'content');
    expect(syncs.calls).toEqual(['sync .file.txt.tmp', 'rename .file.txt.tmp file.txt', 'sync .']);
  });

  test('a folder that is made is synced in its parent', async () => {
    using syncs = await recordSyncs(folder);
    makeFolder(join(folder, 'a', 'b'));
    expect(syncs.calls).toEqual(['sync .', 'sync a']);
  });

  test('a database for upstream, which has no journal, is synced as a whole', async () => {
    using syncs = await recordSyncs(folder);
    mkdirSync(join(folder, 'upstream'));
    new RingriftWriter(join(folder, 'upstream', 'games.db')).finish();
    expect(syncs.calls).toEqual([
      'sync upstream/.games.db.tmp',
      'rename upstream/.games.db.tmp upstream/games.db',
      'sync upstream',
    ]);
  });
});

test('databases that are kept wait for the disk at every commit', async () => {
  const opened = new Set<Database.Database>();
  const pragma = Database.prototype.pragma;
  vi.spyOn(Database.prototype, 'pragma').mockImplementation(function (this: Database.Database, ...call) {
    opened.add(this);
    return pragma.apply(this, call);
  });
  const levels = (): unknown[] =>
    [...opened].filter(({ open }) => open).map((db) => pragma.call(db, 'synchronous', { simple: true }));
  const games = GameStore.open(join(folder, 'games.db'));
  // 2 is FULL
  expect(levels()).toEqual([2]);
  games.close();
  const state = await openState(join(folder, 'rr.db'));
  expect(new Set(levels())).toEqual(new Set([2]));
  await state.close();
});

/** A game is new because it arrived, not because of its date. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { continued, markRead, readingOf } from '../../../src/games/databases/arrivals.ts';
import { HEADER_COLUMNS } from '../../../src/games/store/columns.ts';
import { Merger } from '../../../src/games/store/merge.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import { GameHeaderSchema } from '../../../src/games/store/types.ts';
import { exampleGame } from '../store/example.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-arrivals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const NOW = '2026-11-29T00:00:00.000Z';
const reader = { name: 'nightly', config: '' };

function withStore<T>(path: string, work: (store: GameStore) => T): T {
  const store = GameStore.open(path);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

function databaseOf(games: readonly number[]): string {
  const path = join(folder, `${++files}.db`);
  add(path, games);
  return path;
}

const add = (path: string, games: readonly number[]): void =>
  withStore(path, (store) => {
    for (const n of games) store.append(exampleGame(n));
    store.commit();
  });

const numbers = (path: string): Record<string, number> =>
  withStore(path, (store) =>
    Object.fromEntries(
      [...store.arrivals()].map(({ arrival, game }) => ['problem' in game ? game.problem : game.game_id, arrival]),
    ),
  );

describe('arrival numbers', () => {
  it('are never given again, also not after the last games are gone and the file is compacted', () => {
    const path = databaseOf([1, 2, 3]);
    const db = new Database(path);
    db.exec("DELETE FROM games WHERE game_id IN ('game-2', 'game-3'); DELETE FROM game_seats; VACUUM");
    db.close();
    add(path, [4]);
    expect(numbers(path)['game-4']).toBe(4);
    expect(withStore(path, (store) => store.lastArrival)).toBe(4);
  });

  it('stay with a game that is known, and are new for one that merging brings, however old it is', () => {
    const path = databaseOf([10, 11]);
    withStore(path, (store) => {
      const merger = new Merger(store);
      for (const n of [3, 11, 2]) merger.add(exampleGame(n, { parity_status: 'passed', parity_checked_at: NOW }));
      merger.flush();
    });
    expect(numbers(path)).toEqual({ 'game-10': 1, 'game-11': 2, 'game-3': 3, 'game-2': 4 });
  });

  it('are new for the good copy of a game that nobody could read', () => {
    const path = databaseOf([1, 2]);
    const db = new Database(path);
    db.exec("UPDATE games SET moves = X'00' WHERE game_id = 'game-1'");
    db.close();
    withStore(path, (store) => store.replace([exampleGame(1)]));
    expect(numbers(path)).toEqual({ 'game-2': 2, 'game-1': 3 });
  });
});

describe('readers', () => {
  it('get each game once, in a range that is fixed when they begin', async () => {
    const path = databaseOf([1, 2]);
    const first = await readingOf(path, { newFor: reader });
    expect(first).toMatchObject({ after: 0, until: 2 });
    add(path, [3]);
    if (first) markRead(first, reader, NOW);
    expect(await readingOf(path, { newFor: reader })).toMatchObject({ after: 2, until: 3 });
    expect(await readingOf(path, { newFor: { ...reader, config: 'hex8_2p' } })).toMatchObject({ after: 0 });
  });

  it('begin at the end of an older copy of the file, and anew in another store', async () => {
    const path = databaseOf([1, 2]);
    const { store = '' } = (await readingOf(path)) ?? {};
    expect(store).toMatch(/^[0-9a-f]{32}$/);
    withStore(path, (open) => open.moveCursor(reader, 7, NOW));
    expect(await readingOf(path, { newFor: reader })).toMatchObject({ after: 2, until: 2 });
    expect(continued({ store, until: 7 }, store)).toBe(7);
    expect(continued({ store, until: 7 }, (await readingOf(databaseOf([1])))?.store ?? '')).toBe(0);
  });

  it('notice that their cursor was changed', async () => {
    const path = databaseOf([1, 2]);
    withStore(path, (store) => store.moveCursor(reader, 2, NOW));
    const db = new Database(path);
    db.exec('UPDATE cursors SET arrival = 1');
    db.close();
    await expect(readingOf(path, { newFor: reader })).rejects.toThrow(/cursor nightly does not match its checksum/);
  });
});

it('a database has the columns that a header has', () => {
  expect([...HEADER_COLUMNS].sort()).toEqual(Object.keys(GameHeaderSchema.shape).sort());
});

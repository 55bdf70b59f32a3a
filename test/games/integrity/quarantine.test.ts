/** What a check puts aside comes back whole or stays aside whole, and another process's work is not undone. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { checkDatabase } from '../../../src/games/integrity/check.ts';
import type { DatabaseFinding } from '../../../src/games/integrity/finding.ts';
import { fixDatabase } from '../../../src/games/integrity/fix.ts';
import { dropGames, restoreGames } from '../../../src/games/integrity/quarantine.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import type { StoredGame } from '../../../src/games/store/types.ts';
import { temporaryFolder } from '../../io/folder.ts';
import { rr } from '../../run.ts';

const folder = temporaryFolder();
const NOW = { now: '2026-11-29T12:00:00Z', stopped: () => false };

/** Three games; the second has a column that somebody changed. */
async function damaged(name: string): Promise<{ path: string; games: StoredGame[] }> {
  const path = join(folder, name);
  await rr(['selfplay', '--board', 'hex8', '--engine', 'random', '--games', '3', '--seed', '1', '--out', path]);
  const store = await GameStore.openReadOnly(path);
  const games = [...store.games()];
  store.close();
  const db = new Database(path);
  db.exec('UPDATE games SET quality = 0.123 WHERE arrival = 2');
  db.close();
  return { path, games };
}

async function findings(path: string): Promise<DatabaseFinding[]> {
  const found: DatabaseFinding[] = [];
  for await (const finding of checkDatabase(path)) found.push(finding);
  return found;
}

/** Ids in use, and ids aside. */
async function ids(path: string): Promise<{ used: string[]; aside: string[] }> {
  const store = await GameStore.openReadOnly(path);
  try {
    return { used: [...store.games()].map(({ game_id }) => game_id), aside: store.aside().map(({ game }) => game) };
  } finally {
    store.close();
  }
}

test('put aside, restored by force, dropped', async () => {
  const { path, games } = await damaged('fix.db');
  const [one = '', two = '', three = ''] = games.map(({ game_id }) => game_id);
  expect((await findings(path)).map(({ fault, game }) => [fault, game])).toEqual([['game', two]]);
  expect(await fixDatabase(path, await findings(path), NOW)).toEqual({ aside: 1 });
  expect(await ids(path)).toEqual({ used: [one, three], aside: [two] });
  expect(await findings(path)).toEqual([]);
  expect(restoreGames(path, [two])).toMatchObject([{ problem: expect.stringContaining('--force') }]);
  expect(restoreGames(path, [two], { force: true })).toMatchObject([{ game: { game: two } }]);
  expect(await ids(path)).toEqual({ used: [one, three, two], aside: [] });
  expect(await findings(path)).toEqual([]);
});

test('a game of that id which came meanwhile stays, and so does the one aside', async () => {
  const { path, games } = await damaged('taken.db');
  const [, second] = games;
  if (!second) throw new Error('no game');
  await fixDatabase(path, await findings(path), NOW);
  const store = GameStore.open(path);
  store.append(second);
  store.commit();
  store.close();
  const before = await ids(path);
  expect(restoreGames(path, [], { force: true })).toMatchObject([{ problem: expect.stringContaining('in use') }]);
  expect(await ids(path)).toEqual(before);
  expect(before.aside).toEqual([second.game_id]);
  expect(await dropGames(path, [], '9999')).toHaveLength(1);
  expect((await ids(path)).aside).toHaveLength(1);
  await dropGames(path, [], '9999', { dryRun: false });
  expect(await ids(path)).toEqual({ ...before, aside: [] });
});

test('what another process has put right since it was found is left alone', async () => {
  const { path, games } = await damaged('stale.db');
  const old = await findings(path);
  const store = GameStore.open(path);
  store.replace(games.slice(1, 2));
  // and a row number that is gone
  expect(await fixDatabase(path, [...old, { ...old[0], arrival: 99 } as DatabaseFinding], NOW)).toEqual({ aside: 0 });
  store.close();
  expect((await ids(path)).used.sort()).toEqual(games.map(({ game_id }) => game_id).sort());
  expect(await findings(path)).toEqual([]);
});

/** Games that were put aside: back into use once nothing is wrong with them, or gone for good. */
import { problemOf } from '../bad-game.ts';
import { gameOfStored } from '../game/of-stored.ts';
import { replay } from '../game/replay.ts';
import type { AsideGame } from '../store/aside.ts';
import { GameStore } from '../store/store.ts';

export interface Restored {
  readonly game: AsideGame;
  /** Why it stays aside; absent for one that is in use again. */
  readonly problem?: string;
}

/**
 * Puts games back that can be replayed and whose checksums are right. `force` takes any legal game as it is and makes its
 * checksums anew. A game of that id which has arrived meanwhile stays, and the old one remains aside.
 */
export function restoreGames(path: string, names: readonly string[], { force = false } = {}): Restored[] {
  const store = GameStore.open(path);
  try {
    return store.aside(names).map((game): Restored => {
      try {
        const { stored, intact } = store.kept(game);
        if (!intact && !force) return { game, problem: 'its checksum is wrong; --force takes it as it is' };
        replay(gameOfStored(stored, path));
        return store.restore(game, stored) ? { game } : { game, problem: 'another game of this id is in use' };
      } catch (error) {
        return { game, problem: problemOf(error) };
      }
    });
  } finally {
    store.close();
  }
}

/** Removes games from the list for good, those put aside before `before` (ISO-8601) only, and returns them. */
export async function dropGames(
  path: string,
  names: readonly string[],
  before: string,
  { dryRun = true } = {},
): Promise<AsideGame[]> {
  const store = dryRun ? await GameStore.openReadOnly(path) : GameStore.open(path);
  try {
    const games = store.aside(names).filter(({ time }) => time < before);
    if (!dryRun) store.drop(games);
    return games;
  } finally {
    store.close();
  }
}

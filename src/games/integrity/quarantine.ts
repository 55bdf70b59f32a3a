/** Games that were put aside: back into use once nothing is wrong with them, or gone for good. */
import { guarded } from '../../io/sqlite/sqlite.ts';
import { Statements } from '../../io/sqlite/statements.ts';
import { problemOf } from '../bad-game.ts';
import { gameOfStored } from '../game/of-stored.ts';
import { replay } from '../game/replay.ts';
import { type AsideGame, asideGames, dropAside, keptOfAside } from '../store/aside.ts';
import { openForWriting } from '../store/open.ts';
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
  const db = openForWriting(path);
  const store = GameStore.open(path);
  try {
    const statements = new Statements(db);
    return asideGames(statements, names).map((game): Restored => {
      try {
        const { stored, intact } = keptOfAside(statements, game.id, path);
        if (!intact && !force) return { game, problem: 'its checksum is wrong; --force takes it as it is' };
        replay(gameOfStored(stored, path));
        if (store.has(stored.game_id)) return { game, problem: 'another game of this id is in use' };
        store.append(stored);
        store.commit();
        guarded(path, () => dropAside(statements, game));
        return { game };
      } catch (error) {
        return { game, problem: problemOf(error) };
      }
    });
  } finally {
    store.close();
    db.close();
  }
}

/** Removes games from the list for good, those put aside before `before` (ISO-8601) only, and returns them. */
export function dropGames(path: string, names: readonly string[], before: string, { dryRun = true } = {}): AsideGame[] {
  const db = openForWriting(path);
  try {
    return guarded(path, () => {
      const statements = new Statements(db);
      const games = asideGames(statements, names).filter(({ time }) => time < before);
      const drop = db.transaction(() => {
        for (const game of games) dropAside(statements, game);
      });
      if (!dryRun) drop.immediate();
      return games;
    });
  } finally {
    db.close();
  }
}

/** The strict replay as a question. */
import { problemOf } from '../bad-game.ts';
import { gameOfStored } from '../game/of-stored.ts';
import { gameOfUpstream } from '../game/of-upstream.ts';
import { replay } from '../game/replay.ts';
import type { StoredGame } from '../store/types.ts';
import type { RingriftGame } from '../upstream/types.ts';

/** Why a game of a database cannot be replayed; undefined for a legal one. */
export function illegality(game: StoredGame | RingriftGame, path: string): string | undefined {
  try {
    replay('game_id' in game ? gameOfStored(game, path) : gameOfUpstream(game, path));
    return undefined;
  } catch (error) {
    return problemOf(error);
  }
}

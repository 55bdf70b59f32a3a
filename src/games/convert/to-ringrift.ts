/** From a row of our database to a game of the original's. */
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { RulesError } from '../../engine/errors.ts';
import { patched } from '../exact/difference.ts';
import { gameOfStored } from '../game/of-stored.ts';
import { decodeGame } from '../store/blob.ts';
import { decodeExtras } from '../store/extras.ts';
import type { StoredGame } from '../store/types.ts';
import type { RingriftGame } from '../upstream/types.ts';
import { type Assembly, assemble } from './assemble.ts';

export type AssembleOptions = Pick<Assembly, 'fullHistory'>;

/**
 * All rows of the game: those it came with, where it came from such a database, else what the original would write.
 * @throws RrError FILE_CORRUPT for a row that cannot be read or does not fit its own extras; RECORD_INVALID for illegal moves
 */
export function ringriftFromStored(stored: StoredGame, where: string, options: AssembleOptions = {}): RingriftGame {
  const { game_id } = stored;
  const { seats, moves: _moves, extras: _extras, ...header } = stored;
  try {
    const extras = decodeExtras(stored.extras, where);
    const patches = extras.ringrift ?? {};
    return assemble({
      about: { ...header, seats },
      game: gameOfStored(stored, where),
      extras,
      faithful: extras.ringrift === undefined,
      searches: decodeGame(stored.moves, where).searches,
      settle: (name, derived) => patched(derived, patches[name]),
      ...options,
    });
  } catch (cause) {
    const known = cause instanceof TypeError || cause instanceof z.ZodError || cause instanceof RulesError;
    if (!known) throw cause;
    const detail = cause instanceof z.ZodError ? z.prettifyError(cause).split('\n')[0] : cause.message;
    throw new RrError('FILE_CORRUPT', { path: where, detail: `game ${game_id}: ${detail}` }, { cause });
  }
}

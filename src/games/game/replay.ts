/** The one way to play a recorded game: strictly, move by move, from its start. */

import { RrError } from '../../core/errors.ts';
import { RulesError } from '../../engine/errors.ts';
import type { State } from '../../engine/state.ts';
import type { Game } from './game.ts';
import { dialectOf } from './reading.ts';
import { resultContradiction } from './result.ts';
import { searchesProblem } from './search-problem.ts';
import { type Visitor, Walk } from './walk.ts';

export interface ReplayOptions {
  /** End quietly at the ply from which the game itself says that the rules refuse it. Default: refuse the game. */
  readonly allowBroken?: boolean;
  /** Take the game whatever result it claims. Default: it must be the one that its moves lead to. */
  readonly anyResult?: boolean;
}

/**
 * Replays the whole game and returns its last position. Every move must be legal, or one of the exceptions that the game
 * names; the moves must lead to the result that the game claims.
 * Cost: the legal moves of every position, the first time. Visitors get them, so that nobody has to list them again.
 * @throws RrError RECORD_INVALID naming the game and the first move, or the result, that is wrong
 */
export function replay(game: Game, visitor: Visitor = {}, options: ReplayOptions = {}): State {
  const impossible = searchesProblem(game);
  if (impossible !== undefined) throw refusal(game, impossible);
  const walk = new Walk(game, visitor, { dialect: dialectOf(game), allowBroken: options.allowBroken });
  try {
    walk.run();
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    throw refusal(game, `moves[${walk.ply}]: ${error.message}`, error);
  }
  const whole = walk.ply === game.moves.length;
  const contradiction = whole && !options.anyResult ? resultContradiction(game, walk.state) : undefined;
  if (contradiction !== undefined) throw refusal(game, contradiction);
  return walk.state;
}

/** The same without the test of the result and without wrapping errors, for parity, which has its own words for both. */
export function replayMoves(game: Game, visitor: Visitor, options: ReplayOptions = {}): State {
  const impossible = searchesProblem(game);
  if (impossible !== undefined) throw new RulesError('MOVE_ILLEGAL', impossible);
  const walk = new Walk(game, visitor, { dialect: dialectOf(game), allowBroken: options.allowBroken });
  walk.run();
  return walk.state;
}

function refusal({ where, id }: Game, detail: string, cause?: unknown): RrError {
  return new RrError('RECORD_INVALID', { where: `${where}: game ${id}`, detail }, { cause });
}

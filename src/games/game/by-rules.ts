/** A recorded game with the end that the rules give it, whatever the record says. */
import { at } from '../../core/at.ts';
import { OUTCOMES } from '../../engine/phases.ts';
import type { State } from '../../engine/state.ts';
import type { Game } from './game.ts';
import { replay } from './replay.ts';
import { winnerText } from './result.ts';

export interface ByRules {
  readonly game: Game;
  /** How the record differs from the rules, for people. */
  readonly difference?: string;
}

/**
 * The game up to where its moves end it, with the winner of the rules; unfinished where they do not end it. Games of ours
 * come back as they are: a replay refuses them when they are not what their moves give. Cost: one replay.
 * @throws RrError RECORD_INVALID for a move that the rules refuse
 */
export function byRules(game: Game): ByRules {
  if (game.outcome !== undefined) return { game };
  let plies = 0;
  const position = ({ state, ply }: { readonly state: State; readonly ply: number }): boolean => {
    plies = ply;
    return !state.isOver;
  };
  const final = replay(game, { position }, { anyResult: true });
  const says = `the record says ${winnerText(game.winner)}${game.reason === null ? '' : ` by ${game.reason}`}`;
  if (!final.isOver) {
    return { game: { ...game, status: 'in_progress', winner: 0 }, difference: `${says}, but the game is not over` };
  }
  const { winner } = final;
  const reason = at(OUTCOMES, final.outcome);
  if (plies < game.moves.length) {
    const difference = `${says} after ${game.moves.length} moves, but ${winnerText(winner)} by ${reason} after ${plies}`;
    return { game: { ...game, moves: game.moves.slice(0, plies), winner, reason }, difference };
  }
  if (winner === game.winner) return { game };
  return { game: { ...game, winner, reason }, difference: `${says}, but ${winnerText(winner)} by ${reason}` };
}

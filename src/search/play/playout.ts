/** Uniformly random playouts with the whole legal set made at every ply: the raw speed of the rules. */
import { apply } from '../../engine/apply.ts';
import { legalMoves } from '../../engine/legal.ts';
import type { MoveList } from '../../engine/moves.ts';
import { isBookkeeping, kindOf } from '../../engine/moves.ts';
import type { Random } from '../../engine/random.ts';
import type { State } from '../../engine/state.ts';

export interface PlayoutCount {
  games: number;
  plies: number;
  decisions: number;
  /** Legal moves over all decisions. */
  choices: number;
}

/** Plays `s` from the start to its end (or `maxMoves`), adding to `count`. Allocates nothing. */
export function playout(s: State, legal: MoveList, random: Random, maxMoves: number, count: PlayoutCount): void {
  s.reset();
  while (!s.isOver && s.ply < maxMoves) {
    legalMoves(s, legal);
    const move = legal.moves[legal.length === 1 ? 0 : random.below(legal.length)];
    if (!isBookkeeping(kindOf(move))) {
      count.decisions++;
      count.choices += legal.length;
    }
    apply(s, move);
  }
  count.games++;
  count.plies += s.ply;
}

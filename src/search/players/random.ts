import type { MoveList } from '../../engine/moves.ts';
import type { Random } from '../../engine/random.ts';
import type { State } from '../../engine/state.ts';
import type { Player } from './player.ts';

/** Uniform over the legal moves, swaps and skips included. */
export class RandomPlayer implements Player {
  readonly name = 'random';

  choose(_state: State, legal: MoveList, random: Random): number {
    return legal.moves[random.below(legal.length)];
  }
}

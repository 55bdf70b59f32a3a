import type { Answer, GamePlayer, Player, Question } from './player.ts';

/** Uniform over the legal moves, swaps and skips included. */
export class RandomPlayer implements Player, GamePlayer {
  readonly name = 'random';

  newGame(): GamePlayer {
    return this;
  }

  decide({ legal, random }: Question): Answer {
    return { move: legal.moves[random.below(legal.length)] };
  }
}

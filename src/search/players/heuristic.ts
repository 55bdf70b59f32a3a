/** One-ply play: every legal move is tried, the resulting positions are evaluated, the best one is taken. */
import { apply } from '../../engine/apply.ts';
import { Kind, kindOf, type MoveList } from '../../engine/moves.ts';
import type { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { HeuristicEvaluator, type HeuristicMode } from '../heuristic/evaluate.ts';
import { type Weights, withNoise } from '../heuristic/weights.ts';
import type { Answer, GamePlayer, Player, Question } from './player.ts';

export interface HeuristicPlayerOptions {
  readonly name: string;
  readonly weights: Weights;
  readonly mode: HeuristicMode;
  /** Spread of the multiplicative noise on the weights, drawn once per game; 0 by default. */
  readonly weightNoise?: number;
  /** Probability of playing a uniformly random move instead; 0 by default. */
  readonly randomness?: number;
}

/** Values closer than this are a tie, which the seed decides: rounding must not. */
const TIE = 1e-9;

export class HeuristicPlayer implements Player {
  readonly name: string;
  readonly #options: HeuristicPlayerOptions;
  readonly #plain: HeuristicGame;

  constructor(options: HeuristicPlayerOptions) {
    this.name = options.name;
    this.#options = options;
    this.#plain = new HeuristicGame(new HeuristicEvaluator(options), options.randomness);
  }

  /** Remembers nothing about a game but the weights drawn for it. */
  newGame(_rules: Rules, random: Random): GamePlayer {
    const { weights, mode, weightNoise = 0, randomness } = this.#options;
    if (weightNoise <= 0) return this.#plain;
    const evaluator = new HeuristicEvaluator({ weights: withNoise(weights, weightNoise, random), mode });
    return new HeuristicGame(evaluator, randomness);
  }
}

/** One-ply play with fixed weights. */
export class HeuristicGame implements GamePlayer {
  readonly #evaluator: HeuristicEvaluator;
  readonly #randomness: number;
  #scratch: State | null = null;

  constructor(evaluator: HeuristicEvaluator, randomness = 0) {
    this.#evaluator = evaluator;
    this.#randomness = randomness;
  }

  decide({ state, legal, random }: Question): Answer {
    return { move: this.choose(state, legal, random) };
  }

  choose(state: State, legal: MoveList, random: Random): number {
    const randomness = this.#randomness;
    const evaluator = this.#evaluator;
    if (legal.length === 1) return legal.moves[0];
    if (randomness > 0 && random.unit() < randomness) return legal.moves[random.below(legal.length)];
    const next = this.#scratchFor(state);
    const player = state.player;
    let best = Number.NEGATIVE_INFINITY;
    let chosen = 0;
    let ties = 0;
    let swap = -1;
    for (let i = 0; i < legal.length; i++) {
      const move = legal.moves[i];
      if (kindOf(move) === Kind.swap) {
        swap = move;
        continue;
      }
      next.copyFrom(state);
      apply(next, move);
      const value = evaluator.evaluate(next, player);
      if (value > best + TIE) {
        best = value;
        chosen = move;
        ties = 1;
      } else if (value >= best - TIE && random.below(++ties) === 0) chosen = move;
    }
    return swap >= 0 && this.#prefersOtherSeat(state, chosen) ? swap : chosen;
  }

  /**
   * The pie rule: after the best answer from this seat, is the other seat still better off? Then take that seat. Both
   * seats are judged in one position, so neither gains from a move that the other has not made yet.
   */
  #prefersOtherSeat(state: State, answer: number): boolean {
    const next = this.#scratchFor(state);
    next.copyFrom(state);
    apply(next, answer);
    if (next.isOver) return next.winner !== state.player;
    this.#evaluator.count(next);
    return this.#evaluator.score(next, 3 - state.player) > this.#evaluator.score(next, state.player);
  }

  #scratchFor(state: State): State {
    let scratch = this.#scratch;
    if (scratch === null || scratch.rules !== state.rules) {
      scratch = new State(state.rules);
      this.#scratch = scratch;
    }
    return scratch;
  }
}

/** One-ply play: every legal move is tried, the resulting positions are evaluated, the best one is taken. */
import { apply } from '../../engine/apply.ts';
import { Kind, kindOf, type MoveList } from '../../engine/moves.ts';
import type { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { HeuristicEvaluator, type HeuristicMode } from '../heuristic/evaluate.ts';
import { type Weights, withNoise } from '../heuristic/weights.ts';
import type { Player } from './player.ts';

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
  private readonly options: HeuristicPlayerOptions;
  private evaluator: HeuristicEvaluator;
  private scratch: State | null = null;

  constructor(options: HeuristicPlayerOptions) {
    this.name = options.name;
    this.options = options;
    this.evaluator = new HeuristicEvaluator(options);
  }

  begin(_rules: Rules, random: Random): void {
    const { weights, mode, weightNoise = 0 } = this.options;
    if (weightNoise > 0) {
      this.evaluator = new HeuristicEvaluator({ weights: withNoise(weights, weightNoise, random), mode });
    }
  }

  choose(state: State, legal: MoveList, random: Random): number {
    const { randomness = 0 } = this.options;
    if (legal.length === 1) return legal.moves[0];
    if (randomness > 0 && random.unit() < randomness) return legal.moves[random.below(legal.length)];
    const next = this.scratchFor(state);
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
      const value = this.evaluator.evaluate(next, player);
      if (value > best + TIE) {
        best = value;
        chosen = move;
        ties = 1;
      } else if (value >= best - TIE && random.below(++ties) === 0) chosen = move;
    }
    return swap >= 0 && this.prefersOtherSeat(state, chosen) ? swap : chosen;
  }

  /**
   * The pie rule: after the best answer from this seat, is the other seat still better off? Then take that seat. Both
   * seats are judged in one position, so neither gains from a move that the other has not made yet.
   */
  private prefersOtherSeat(state: State, answer: number): boolean {
    const next = this.scratchFor(state);
    next.copyFrom(state);
    apply(next, answer);
    if (next.isOver) return next.winner !== state.player;
    this.evaluator.count(next);
    return this.evaluator.score(next, 3 - state.player) > this.evaluator.score(next, state.player);
  }

  private scratchFor(state: State): State {
    let scratch = this.scratch;
    if (scratch === null || scratch.rules !== state.rules) {
      scratch = new State(state.rules);
      this.scratch = scratch;
    }
    return scratch;
  }
}

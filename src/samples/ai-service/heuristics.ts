/** The heuristic features of the player on turn. */
import type { State } from '../../engine/state.ts';
import { COMPONENT_COUNT, FEATURE_SCALES } from '../../search/heuristic/components.ts';
import { HeuristicEvaluator } from '../../search/heuristic/evaluate.ts';
import { PROFILES } from '../../search/heuristic/weights.ts';
import { MarkerOrder } from './marker-order.ts';

export class HeuristicFeatures {
  readonly #markers = new MarkerOrder();
  readonly #evaluator: HeuristicEvaluator;
  readonly #features = new Float32Array(COMPONENT_COUNT);
  #order: readonly number[] = [];

  /** The original exports its default weights, and with `exact` what it sees of them on hex8. */
  constructor(exact: boolean) {
    this.#evaluator = new HeuristicEvaluator({ weights: PROFILES.balanced, mode: 'full', originalBlindness: exact });
  }

  /** Forgets the game. */
  reset(): void {
    this.#markers.reset();
  }

  /** Call it for every position of a game in turn. */
  follow(s: State): void {
    this.#order = this.#markers.follow(s);
  }

  /** Features of the position followed last, −1…1; the original divides in single precision. Valid until the next call. */
  of(s: State): Float32Array {
    this.#evaluator.count(s, this.#order);
    const parts = this.#evaluator.components(s, s.player);
    for (let i = 0; i < COMPONENT_COUNT; i++) {
      this.#features[i] = Math.min(1, Math.max(-1, Math.fround(parts[i]) / FEATURE_SCALES[i]));
    }
    return this.#features;
  }
}

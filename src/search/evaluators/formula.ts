/**
 * The heuristic evaluation as an evaluator: search without a network.
 *
 * Values: softmax of the seats' scores over `scale` as shares of the win. For two players that is tanh of half the
 * difference over `scale`. Priors: equal, or a softmax of what each move scores for the mover right after it is played
 * (`greedy`), which costs one evaluation per legal move but makes a small budget go where it matters.
 */
import { apply } from '../../engine/apply.ts';
import { Kind, kindOf, type MoveList } from '../../engine/moves.ts';
import type { Rules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { HeuristicEvaluator, type HeuristicMode } from '../heuristic/evaluate.ts';
import { PROFILES } from '../heuristic/weights.ts';
import { BatchBuffers } from './batch-buffers.ts';
import type { EvaluationBatch, Evaluator } from './evaluator.ts';

export type PriorKind = 'uniform' | 'greedy';

export interface FormulaOptions {
  readonly profile: keyof typeof PROFILES;
  readonly mode: HeuristicMode;
  readonly priors: PriorKind;
  /** Score difference that counts as one unit of log-odds in values. */
  readonly scale: number;
  /** The same for priors. */
  readonly priorScale: number;
}

/** The scale lies between 400 and 800, both tried in a small sweep of matches; 600 itself was not (docs/search.md). */
export const DEFAULT_FORMULA: FormulaOptions = {
  profile: 'aggressive',
  mode: 'light',
  priors: 'greedy',
  scale: 600,
  priorScale: 100,
};

export class FormulaEvaluator implements Evaluator {
  readonly id: string;
  readonly provider = 'none';
  readonly preferredBatch = 16;
  readonly rules: Rules;
  readonly #options: FormulaOptions;

  constructor(rules: Rules, options: Partial<FormulaOptions> = {}) {
    this.rules = rules;
    this.#options = { ...DEFAULT_FORMULA, ...options };
    const { profile, mode, priors, scale, priorScale } = this.#options;
    this.id = `formula-1-${profile}-${mode}-${priors}-${scale}-${priorScale}`;
  }

  createBatch(capacity: number): EvaluationBatch {
    return new FormulaBatch(capacity, this.rules, this.#options);
  }

  async close(): Promise<void> {}
}

/** Log-odds beyond which a prior or a value is as good as certain. */
const MOST = 20;

class FormulaBatch extends BatchBuffers implements EvaluationBatch {
  readonly #options: FormulaOptions;
  readonly #formula: HeuristicEvaluator;
  readonly #scratch: State;
  readonly #scores: Float64Array;

  constructor(capacity: number, rules: Rules, options: FormulaOptions) {
    super(capacity, rules.players);
    this.#options = options;
    this.#formula = new HeuristicEvaluator({ weights: PROFILES[options.profile], mode: options.mode });
    this.#scratch = new State(rules);
    this.#scores = new Float64Array(rules.players);
  }

  add(state: State, legal: MoveList): number {
    const slot = this.reserve(legal);
    this.#writeValues(state, slot);
    const start = this.offsets[slot];
    if (this.#options.priors === 'greedy') this.#writeGreedyLogits(state, legal, start);
    else this.logits.fill(0, start, start + legal.length);
    return slot;
  }

  run(): void {}

  #writeValues(state: State, slot: number): void {
    const { players, values } = this;
    const scores = this.#scores;
    const first = slot * players;
    this.#formula.count(state);
    for (let seat = 0; seat < players; seat++) {
      scores[seat] = this.#formula.score(state, seat + 1) / this.#options.scale;
    }
    if (players === 2) {
      values[first] = Math.tanh((scores[0] - scores[1]) / 2);
      values[first + 1] = -values[first];
      return;
    }
    const most = scores.reduce((a, b) => Math.max(a, b));
    let total = 0;
    for (let seat = 0; seat < players; seat++) {
      scores[seat] = Math.exp(scores[seat] - most);
      total += scores[seat];
    }
    for (let seat = 0; seat < players; seat++) values[first + seat] = (2 * scores[seat]) / total - 1;
  }

  #writeGreedyLogits(state: State, legal: MoveList, start: number): void {
    const { logits } = this;
    const formula = this.#formula;
    const scratch = this.#scratch;
    const options = this.#options;
    const { player } = state;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < legal.length; i++) {
      scratch.copyFrom(state);
      apply(scratch, legal.moves[i]);
      // After the pie rule the mover holds the other colour.
      const view = kindOf(legal.moves[i]) === Kind.swap ? 3 - player : player;
      const logit = formula.evaluate(scratch, view) / options.priorScale;
      logits[start + i] = logit;
      if (logit > most) most = logit;
    }
    for (let i = 0; i < legal.length; i++) logits[start + i] = Math.max(-MOST, logits[start + i] - most);
  }
}

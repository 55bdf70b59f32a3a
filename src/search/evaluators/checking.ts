/** Asks two evaluators and refuses to go on when they disagree: to prove a new form of a network against a trusted one. */

import { RrError } from '../../core/errors.ts';
import type { MoveList } from '../../engine/moves.ts';
import type { State } from '../../engine/state.ts';
import type { EvaluationBatch, Evaluator } from './evaluator.ts';

/** Largest absolute differences met so far, and positions compared. */
export interface Agreement {
  positions: number;
  policy: number;
  value: number;
}

/**
 * Answers as `first` does. Policies are compared as probabilities (logits are only defined up to a constant).
 * run() throws EVALUATORS_DISAGREE beyond `tolerance`.
 */
export class CheckingEvaluator implements Evaluator {
  readonly rules;
  readonly id: string;
  readonly provider: string;
  readonly preferredBatch: number;
  readonly agreement: Agreement = { positions: 0, policy: 0, value: 0 };
  readonly #first: Evaluator;
  readonly #second: Evaluator;
  readonly #tolerance: number;

  constructor(first: Evaluator, second: Evaluator, tolerance: number) {
    this.#first = first;
    this.#second = second;
    this.#tolerance = tolerance;
    this.rules = first.rules;
    this.id = first.id;
    this.provider = first.provider;
    this.preferredBatch = first.preferredBatch;
  }

  createBatch(capacity: number): EvaluationBatch {
    return new CheckingBatch(this.#first.createBatch(capacity), this.#second.createBatch(capacity), (policy, value) =>
      this.#note(policy, value),
    );
  }

  async close(): Promise<void> {
    await this.#first.close();
    await this.#second.close();
  }

  #note(policy: number, value: number): void {
    this.agreement.positions++;
    this.agreement.policy = Math.max(this.agreement.policy, policy);
    this.agreement.value = Math.max(this.agreement.value, value);
    const worse = Math.max(policy, value);
    if (worse <= this.#tolerance) return;
    throw new RrError('EVALUATORS_DISAGREE', {
      first: this.#first.id,
      second: this.#second.id,
      what: policy > value ? 'policy' : 'value',
      difference: worse,
      tolerance: this.#tolerance,
    });
  }
}

class CheckingBatch implements EvaluationBatch {
  readonly #first: EvaluationBatch;
  readonly #second: EvaluationBatch;
  readonly #note: (policy: number, value: number) => void;

  constructor(first: EvaluationBatch, second: EvaluationBatch, note: (policy: number, value: number) => void) {
    this.#first = first;
    this.#second = second;
    this.#note = note;
  }

  get capacity(): number {
    return this.#first.capacity;
  }
  get count(): number {
    return this.#first.count;
  }
  get room(): number {
    return this.#first.room;
  }
  get fill(): number {
    return this.#first.fill;
  }
  get offsets(): Int32Array {
    return this.#first.offsets;
  }
  get logits(): Float32Array {
    return this.#first.logits;
  }
  get values(): Float32Array {
    return this.#first.values;
  }

  reset(): void {
    this.#first.reset();
    this.#second.reset();
  }

  add(state: State, legal: MoveList): number {
    this.#second.add(state, legal);
    return this.#first.add(state, legal);
  }

  async run(): Promise<void> {
    await this.#first.run();
    await this.#second.run();
    const players = this.#first.values.length / this.#first.capacity;
    for (let slot = 0; slot < this.count; slot++) {
      const a = softmax(this.#first.logits, this.#first.offsets[slot], this.#first.offsets[slot + 1]);
      const b = softmax(this.#second.logits, this.#second.offsets[slot], this.#second.offsets[slot + 1]);
      const from = slot * players;
      this.#note(
        largestDifference(a, b),
        largestDifference(
          this.#first.values.subarray(from, from + players),
          this.#second.values.subarray(from, from + players),
        ),
      );
    }
  }
}

function softmax(logits: Float32Array, start: number, end: number): number[] {
  const slice = Array.from(logits.subarray(start, end));
  const largest = Math.max(...slice);
  const weights = slice.map((logit) => Math.exp(logit - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** NaN anywhere counts as an infinite difference. */
function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}

/** Knows nothing: equal priors and an even value. The null evaluator that search costs are measured with. */
import type { MoveList } from '../../engine/moves.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';
import { BatchBuffers } from './batch-buffers.ts';
import { drawValue, type EvaluationBatch, type Evaluator } from './evaluator.ts';

export class UniformEvaluator implements Evaluator {
  readonly id = 'uniform-1';
  readonly provider = 'none';
  readonly preferredBatch = 16;
  readonly rules: Rules;

  constructor(rules: Rules) {
    this.rules = rules;
  }

  createBatch(capacity: number): EvaluationBatch {
    return new UniformBatch(capacity, this.rules);
  }

  async close(): Promise<void> {}
}

class UniformBatch extends BatchBuffers implements EvaluationBatch {
  readonly #even: number;

  constructor(capacity: number, rules: Rules) {
    super(capacity, rules.players);
    this.#even = drawValue(rules.players);
  }

  add(_state: State, legal: MoveList): number {
    return this.reserve(legal);
  }

  run(): void {
    this.logits.fill(0, 0, this.offsets[this.count]);
    this.values.fill(this.#even, 0, this.count * this.players);
  }
}

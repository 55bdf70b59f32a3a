/**
 * An evaluator for one lane after another: every lane asks for a batch of its own, but a network has buffers for one
 * only, so each lane gets the same one. Lanes must not run at the same time.
 */
import type { EvaluationBatch, Evaluator } from './evaluator.ts';

export class KeptBatchEvaluator implements Evaluator {
  readonly rules;
  readonly id: string;
  readonly provider: string;
  readonly preferredBatch: number;
  private readonly inner: Evaluator;
  private batch: EvaluationBatch | undefined;

  constructor(inner: Evaluator) {
    this.inner = inner;
    this.rules = inner.rules;
    this.id = inner.id;
    this.provider = inner.provider;
    this.preferredBatch = inner.preferredBatch;
  }

  createBatch(capacity: number): EvaluationBatch {
    this.batch ??= this.inner.createBatch(capacity);
    if (this.batch.capacity !== capacity)
      throw new RangeError(`the batch has ${this.batch.capacity} places, not ${capacity}`);
    return this.batch;
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}

/** A batch that is another one's in all that its kind does not do otherwise. */
import type { MoveList } from '../../engine/moves.ts';
import type { State } from '../../engine/state.ts';
import type { EvaluationBatch } from './evaluator.ts';

export abstract class WrappedBatch implements EvaluationBatch {
  protected readonly inner: EvaluationBatch;

  constructor(inner: EvaluationBatch) {
    this.inner = inner;
  }

  get capacity(): number {
    return this.inner.capacity;
  }
  get count(): number {
    return this.inner.count;
  }
  get room(): number {
    return this.inner.room;
  }
  get fill(): number {
    return this.inner.fill;
  }
  get offsets(): Int32Array {
    return this.inner.offsets;
  }
  get logits(): Float32Array {
    return this.inner.logits;
  }
  get values(): Float32Array {
    return this.inner.values;
  }

  reset(): void {
    this.inner.reset();
  }

  add(state: State, legal: MoveList): number {
    return this.inner.add(state, legal);
  }

  run(): void | Promise<void> {
    return this.inner.run();
  }
}

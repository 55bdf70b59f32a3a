/** Runs one search to its end with batches of a given size, synchronously. */
import type { EvaluationBatch } from '../../src/search/evaluators/evaluator.ts';
import type { TreeSearch } from '../../src/search/tree/search.ts';

export function finish(search: TreeSearch, batch: EvaluationBatch, limit = batch.capacity): void {
  for (;;) {
    batch.reset();
    if (search.gather(batch, limit) === 0) return;
    if (batch.run()) throw new Error('a synchronous evaluator was expected');
    search.scatter(batch);
  }
}

/** Evaluates rows without learning from them. */
import type { BatchFeed, FedBatch } from '../data/feed.ts';
import type { BatchResult, TrainingSession } from '../graph/training-session.ts';
import type { TrainEvent } from './input.ts';
import { addBatch, freshSums, type Metrics, metricsOf } from './metrics.ts';
import type { TrainSettings } from './settings.ts';

type HeadWeights = TrainSettings['headWeights'];

export class Validation {
  readonly #session: TrainingSession;
  readonly #feed: BatchFeed;
  readonly #batch: number;

  /** @param feed of its own, with slots of `session` */
  constructor(session: TrainingSession, feed: BatchFeed, batch: number) {
    this.#session = session;
    this.#feed = feed;
    this.#batch = batch;
  }

  /** Losses by head of `rows` under `weights`, in batches. */
  async *losses(rows: Uint32Array, weights: Float32Array): AsyncGenerator<{ batch: FedBatch; result: BatchResult }> {
    const batch = this.#batch;
    const feed = this.#feed;
    let next = 0;
    const order = (): void => {
      while (feed.hasRoom && next < rows.length) {
        feed.order({ list: rows.subarray(next, next + batch), labelSmoothing: 0 });
        next += batch;
      }
    };
    order();
    while (feed.ahead > 0) {
      const ready = await feed.take();
      const result = await this.#session.evaluate(ready.batch, ready.moveCount, weights);
      yield { batch: ready, result };
      feed.release(ready);
      order();
    }
  }

  /** The same as figures, telling how far it is. */
  async *metrics(
    rows: Uint32Array,
    weights: Float32Array,
    headWeights: HeadWeights,
  ): AsyncGenerator<TrainEvent, Metrics> {
    const sums = freshSums();
    let samples = 0;
    for await (const { batch, result } of this.losses(rows, weights)) {
      addBatch(sums, batch.batch, batch.moveCount, batch.list.length, result);
      samples += batch.list.length;
      yield { type: 'validation', samples, of: rows.length };
    }
    return metricsOf(sums, headWeights);
  }

  async close(): Promise<void> {
    await this.#feed.close();
  }
}

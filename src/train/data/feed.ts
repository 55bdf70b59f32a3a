/**
 * Batches made ahead of time: a worker fills one buffer while the graph runs on another.
 *
 *     feed.order(list, …)          // up to SLOTS batches ahead
 *     const ready = await feed.take();
 *     … run the graph on ready.batch …
 *     feed.release(ready);
 */
import { Worker } from 'node:worker_threads';
import type { TrainingBatch } from '../graph/batch.ts';
import type { BatchOrder, BatchReady, BatchRequest, WorkerSetup } from './batch-order.ts';
import type { TrainingRows } from './rows.ts';

/** Batches in memory: one in use, one in the making. */
export const SLOTS = 2;

export interface FedBatch {
  readonly batch: TrainingBatch;
  readonly moveCount: number;
  /** Rows of the samples, in the order of the batch. */
  readonly list: Uint32Array;
  readonly slot: number;
}

export class BatchFeed {
  readonly #worker: Worker;
  readonly #slots: readonly TrainingBatch[];
  readonly #free: number[];
  readonly #ordered: { readonly slot: number; readonly list: Uint32Array; readonly ready: Promise<number> }[] = [];
  readonly #settle = new Map<number, { resolve: (moves: number) => void; reject: (error: unknown) => void }>();
  #failure: { readonly error: unknown } | undefined;

  /** `slots` are SLOTS batches on shared memory. */
  constructor(rows: TrainingRows, slots: readonly TrainingBatch[], seed: number) {
    this.#slots = slots;
    this.#free = slots.map((_, i) => i);
    this.#worker = new Worker(new URL('./batch-worker.ts', import.meta.url), {
      workerData: { rows, slots, seed } satisfies WorkerSetup,
    });
    this.#worker.on('message', ({ slot, moveCount }: BatchReady) => {
      this.#settle.get(slot)?.resolve(moveCount);
      this.#settle.delete(slot);
    });
    this.#worker.on('error', (error) => this.#fail(error));
  }

  /** Batches ordered and not yet taken. */
  get ahead(): number {
    return this.#ordered.length;
  }

  /** Rows of the batches ordered and not yet taken, oldest first. */
  get pending(): Uint32Array[] {
    return this.#ordered.map(({ list }) => list);
  }

  /** Whether another batch can be ordered now. */
  get hasRoom(): boolean {
    return this.#free.length > 0;
  }

  /** Starts the making of a batch. @throws RangeError when no buffer is free */
  order(request: BatchRequest): void {
    const slot = this.#free.shift();
    if (slot === undefined) throw new RangeError('no free batch buffer');
    const ready = new Promise<number>((resolve, reject) => {
      if (this.#failure) reject(this.#failure.error);
      else this.#settle.set(slot, { resolve, reject });
    });
    // whoever takes the batch hears of a failure; until then it is not an unhandled one
    ready.catch(() => {});
    this.#ordered.push({ slot, list: request.list, ready });
    this.#worker.postMessage({ ...request, slot } satisfies BatchOrder);
  }

  /** The oldest ordered batch, when it is ready. @throws what the worker threw */
  async take(): Promise<FedBatch> {
    const oldest = this.#ordered.shift();
    if (!oldest) throw new RangeError('no batch was ordered');
    const { slot, list, ready } = oldest;
    return { batch: this.#slots[slot], moveCount: await ready, list, slot };
  }

  release({ slot }: FedBatch): void {
    this.#free.push(slot);
  }

  /** Takes and drops what was ordered. */
  async drain(): Promise<void> {
    while (this.#ordered.length > 0) this.release(await this.take());
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    for (const { reject } of this.#settle.values()) reject(error);
    this.#settle.clear();
  }
}

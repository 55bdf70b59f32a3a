/** What a pool and its workers say to each other. */
import type { ErrorParts } from '../../core/errors.ts';

/** What every worker gets from its pool beside the data of the run. */
export interface WorkerPlace {
  /** Shared memory; its first word other than 0: stop. */
  readonly stopFlag: Int32Array;
  /** 0 to workers − 1; who replaces a dead worker takes over its index. */
  readonly workerIndex: number;
}

/** Play this game, or finish. */
export type ToWorker = { readonly play: number } | { readonly end: true };

/** One game, an expected failure that ends the run, or the word that the worker has finished. */
export type FromWorker<Result> =
  | { readonly index: number; readonly result: Result }
  | { readonly failure: ErrorParts }
  | { readonly ended: true };

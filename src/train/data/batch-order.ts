/** Messages between a feed of batches and the thread that fills them. */
import type { TrainingBatch } from '../graph/batch.ts';
import type { TrainingRows } from './rows.ts';

export interface WorkerSetup {
  readonly rows: TrainingRows;
  readonly slots: readonly TrainingBatch[];
  readonly seed: number;
}

export interface BatchRequest {
  readonly list: Uint32Array;
  /** Number of the draw of symmetries; left out, samples stay as they are. */
  readonly draw?: number;
  readonly labelSmoothing: number;
}

export interface BatchOrder extends BatchRequest {
  readonly slot: number;
}

export interface BatchReady {
  readonly slot: number;
  readonly moveCount: number;
}

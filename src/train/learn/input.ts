/** What a training starts from, and what it tells. */
import type { NetSpec } from '../../net/arch/architectures.ts';
import type { BoardBox } from '../../net/arch/boards.ts';
import type { TrainingRows } from '../data/rows.ts';
import type { EpochFigures } from './progress.ts';
import type { TrainSettings } from './settings.ts';

export interface TrainingInput {
  readonly config: string;
  readonly spec: NetSpec;
  readonly box: BoardBox;
  readonly weights: Float32Array;
  readonly rows: TrainingRows;
  /** Numbers of the training rows and of the validation rows (may be empty). */
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
  readonly settings: TrainSettings;
  /** Names everything the training depends on; a checkpoint of another identity is refused. */
  readonly identity: Readonly<Record<string, unknown>>;
  readonly checkpointPath: string;
  readonly threads: number;
  readonly signal: AbortSignal;
}

export type TrainEvent =
  | { readonly type: 'step'; readonly step: number; readonly samples: number; readonly loss: number }
  /** At the end of an epoch: validation samples done so far. */
  | { readonly type: 'validation'; readonly samples: number; readonly of: number }
  | { readonly type: 'epoch'; readonly figures: EpochFigures; readonly partial: boolean }
  | { readonly type: 'rollback'; readonly step: number; readonly why: string };

/** Why run() ended. */
export type TrainingEnd = 'epochs' | 'patience' | 'data' | 'stopped';

/** Everything that decides what a training does, as plain values. Equal settings, data and start give equal weights. */

import type { WeightSettings } from '../data/weights.ts';
import type { WindowSettings } from '../data/window.ts';
import type { LossName } from '../graph/losses.ts';
import type { TrainingForm } from '../graph/training-graph.ts';

export const SCHEDULES = ['constant', 'cosine', 'restarts', 'plateau'] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

export const CLIPPINGS = ['off', 'fixed', 'adaptive'] as const;
export type ClippingName = (typeof CLIPPINGS)[number];

export interface TrainSettings {
  readonly seed: number;
  /** Samples per graph run, and runs whose gradients are averaged into one optimiser step. */
  readonly batch: number;
  readonly accumulate: number;
  readonly epochs: number;
  /** Samples per epoch; 0: as many as there are to learn from. */
  readonly epochSamples: number;

  /** Largest learning rate, reached after the warm-up. */
  readonly learningRate: number;
  readonly schedule: ScheduleName;
  readonly warmupSteps: number;
  /** Smallest learning rate as a share of the largest. */
  readonly minimumRate: number;
  /** `restarts`: epochs to the first restart; each further period is twice as long. */
  readonly restartEpochs: number;
  /** `plateau`: epochs without a better validation loss after which the rate is multiplied by the factor. */
  readonly plateauPatience: number;
  readonly plateauFactor: number;

  readonly weightDecay: number;
  readonly clipping: ClippingName;
  /** `fixed`: largest gradient norm. `adaptive`: the same until the running mean is known. */
  readonly clipNorm: number;
  /** `adaptive`: largest gradient norm as a multiple of its running mean. */
  readonly clipFactor: number;
  readonly emaDecay: number;
  readonly labelSmoothing: number;
  readonly headWeights: Readonly<Record<LossName, number>>;

  /** Share of the search's root value in the value targets; absent: results alone. */
  readonly rootValueShare?: number;

  /** Share of the games held out. */
  readonly validation: number;
  /** Epochs without a better validation loss after which the training ends; 0: never. */
  readonly patience: number;
  /** Most uses of a sample; 0: no limit. */
  readonly uses: number;
  readonly hardShare: number;
  readonly symmetry: boolean;
  readonly weights: WeightSettings;
  readonly window: WindowSettings;

  /** Optimiser steps between checkpoints. */
  readonly checkpointSteps: number;
  /** A loss above this multiple of its running mean is a spike; 0: no check. */
  readonly spikeFactor: number;
  readonly form: TrainingForm;
}

/** How far a training is, apart from the weights: plain values that go into a checkpoint and come back unchanged. */
import * as z from 'zod';
import type { LOSSES } from '../graph/losses.ts';
import { freshSums, type Metrics } from './metrics.ts';
import { FRESH_PLATEAU } from './schedule.ts';
import { FRESH_RUNNING } from './watch.ts';

const perLoss = z.object({
  policy: z.number(),
  value: z.number(),
  ownership: z.number(),
  margins: z.number(),
  plies: z.number(),
} satisfies Record<(typeof LOSSES)[number], z.ZodNumber>);

const SUMS = z.object({
  samples: z.number(),
  loss: perLoss,
  weight: perLoss,
  policySamples: z.number(),
  top1: z.number(),
  top5: z.number(),
  valueRight: z.number(),
  valueError: z.number(),
  binCount: z.array(z.number()),
  binConfidence: z.array(z.number()),
  binRight: z.array(z.number()),
});

const RUNNING = z.object({ steps: z.number(), mean: z.number(), variance: z.number() });

const METRICS: z.ZodType<Metrics> = z.object({
  samples: z.number(),
  loss: z.number(),
  losses: perLoss,
  policy_top1: z.number(),
  policy_top5: z.number(),
  value_accuracy: z.number(),
  value_error: z.number(),
  value_ece: z.number(),
});

/** One epoch's figures, without times. */
const EPOCH = z.object({
  /** 1 for the first. */
  epoch: z.number(),
  /** Optimiser steps and samples since the start of the training. */
  step: z.number(),
  samples: z.number(),
  learning_rate: z.number(),
  /** Mean norm of the gradients before clipping. */
  gradient_norm: z.number(),
  train: METRICS,
  /** Of the averaged weights on the games held out. */
  validation: METRICS.optional(),
});
export type EpochFigures = z.infer<typeof EPOCH>;

export const PROGRESS = z.object({
  /** Steps taken in the order of the data, and those that the optimiser counts (fewer after going back). */
  step: z.number(),
  optimiserStep: z.number(),
  samples: z.number(),
  /** Batches drawn: numbers the draws of symmetries. */
  draws: z.number(),
  epoch: z.number(),
  sampler: z.object({ pass: z.number(), offset: z.number() }),
  /** Lengths of the batches that were drawn and not yet used. */
  pending: z.array(z.number()),
  plateau: z.object({ best: z.number().nullable(), badEpochs: z.number(), factor: z.number() }),
  norms: RUNNING,
  losses: RUNNING,
  /** Factor on the learning rate after going back. */
  rateFactor: z.number(),
  wentBack: z.boolean(),
  sums: SUMS,
  normSum: z.number(),
  epochSteps: z.number(),
  best: z.object({ epoch: z.number(), loss: z.number() }).nullable(),
  epochs: z.array(EPOCH),
});
export type TrainingProgress = z.infer<typeof PROGRESS>;

export const freshProgress = (): TrainingProgress => ({
  step: 0,
  optimiserStep: 0,
  samples: 0,
  draws: 0,
  epoch: 0,
  sampler: { pass: 0, offset: 0 },
  pending: [],
  plateau: { ...FRESH_PLATEAU },
  norms: { ...FRESH_RUNNING },
  losses: { ...FRESH_RUNNING },
  rateFactor: 1,
  wentBack: false,
  sums: freshSums(),
  normSum: 0,
  epochSteps: 0,
  best: null,
  epochs: [],
});

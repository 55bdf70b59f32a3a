/** What is watched from step to step: the gradient's norm, for adaptive clipping, and the loss, for anomalies. */
import type { TrainSettings } from './settings.ts';

/** Running mean and variance with exponential forgetting. Plain numbers, so that a checkpoint can hold it. */
export interface Running {
  readonly steps: number;
  readonly mean: number;
  readonly variance: number;
}
export const FRESH_RUNNING: Running = { steps: 0, mean: 0, variance: 0 };

/** Weight of the newest value once there are more than 1/RATE of them; before that all count alike. */
const RATE = 0.02;
/** Steps before a running mean is relied on. */
const SETTLED_STEPS = 30;
/** A spike is also this many standard deviations above the mean. */
const SPIKE_DEVIATIONS = 6;

export function observe({ steps, mean, variance }: Running, value: number): Running {
  const rate = Math.max(RATE, 1 / (steps + 1));
  const difference = value - mean;
  return {
    steps: steps + 1,
    mean: mean + rate * difference,
    variance: (1 - rate) * (variance + rate * difference * difference),
  };
}

/** Largest gradient norm for the next step, from the norms so far (each counted as at most its own limit). */
export function clipLimit(norms: Running, { clipping, clipNorm, clipFactor }: TrainSettings): number {
  if (clipping === 'off') return Number.POSITIVE_INFINITY;
  return clipping === 'fixed' || norms.steps < SETTLED_STEPS ? clipNorm : clipFactor * norms.mean;
}

/** What is wrong with a step, in words; undefined when nothing is. */
export function anomaly(
  loss: number,
  gradientNorm: number,
  losses: Running,
  settings: TrainSettings,
): string | undefined {
  if (!Number.isFinite(loss)) return 'the loss is no longer a number';
  if (!Number.isFinite(gradientNorm)) return 'the gradient is no longer a number';
  const { spikeFactor } = settings;
  if (spikeFactor <= 0 || losses.steps < SETTLED_STEPS) return undefined;
  const limit = Math.max(spikeFactor * losses.mean, losses.mean + SPIKE_DEVIATIONS * Math.sqrt(losses.variance));
  return loss > limit
    ? `the loss jumped to ${loss.toPrecision(3)} from about ${losses.mean.toPrecision(3)}`
    : undefined;
}

/** Figures of a set of batches: losses by head, accuracy of policy and value, calibration. */

import type { TrainingBatch } from '../graph/batch.ts';
import { LOSSES, type LossName } from '../graph/losses.ts';
import type { BatchResult } from '../graph/training-session.ts';

/** Bins of the calibration error over the confidence of the predicted winner. */
const BINS = 10;

/** Sums that a checkpoint can hold. */
export interface MetricSums {
  samples: number;
  readonly loss: Record<LossName, number>;
  readonly weight: Record<LossName, number>;
  policySamples: number;
  top1: number;
  top5: number;
  valueRight: number;
  valueError: number;
  readonly binCount: number[];
  readonly binConfidence: number[];
  readonly binRight: number[];
}

/** A report of figures; shares are 0 to 1. */
export interface Metrics {
  readonly samples: number;
  /** Weighted sum of the losses by head. */
  readonly loss: number;
  readonly losses: Readonly<Record<LossName, number>>;
  /** Share of samples whose likeliest move is the target's, and whose target is among the five likeliest. */
  readonly policy_top1: number;
  readonly policy_top5: number;
  /** Share of samples whose likeliest winner wins. */
  readonly value_accuracy: number;
  /** Mean absolute error of the win shares. */
  readonly value_error: number;
  /** Expected calibration error of the winner's probability, ten bins (Guo et al. 2017). */
  readonly value_ece: number;
}

const zeros = (): Record<LossName, number> => ({ policy: 0, value: 0, ownership: 0, margins: 0, plies: 0 });

export const freshSums = (): MetricSums => ({
  samples: 0,
  loss: zeros(),
  weight: zeros(),
  policySamples: 0,
  top1: 0,
  top5: 0,
  valueRight: 0,
  valueError: 0,
  binCount: Array(BINS).fill(0),
  binConfidence: Array(BINS).fill(0),
  binRight: Array(BINS).fill(0),
});

/** Adds the first `count` samples of a batch; the moves of a sample are adjacent, samples ascending. */
export function addBatch(
  sums: MetricSums,
  batch: TrainingBatch,
  moveCount: number,
  count: number,
  result: BatchResult,
): void {
  sums.samples += count;
  for (const name of LOSSES) {
    const weights =
      name === 'policy' ? batch.policyWeight : name === 'value' ? batch.valueWeight : batch.auxiliaryWeight;
    for (let sample = 0; sample < count; sample++) {
      sums.loss[name] += result.perSample[name][sample] * weights[sample];
      sums.weight[name] += weights[sample];
    }
  }
  addPolicy(sums, batch, moveCount, count, result.logits);
  addValue(sums, batch, count, result.value);
}

function addPolicy(
  sums: MetricSums,
  { moves, policyTarget, policyWeight }: TrainingBatch,
  moveCount: number,
  count: number,
  logits: Float32Array,
): void {
  const width = 5;
  for (let start = 0; start < moveCount; ) {
    const sample = moves[start * width];
    if (sample >= count) return;
    let end = start + 1;
    while (end < moveCount && moves[end * width] === sample) end++;
    if (policyWeight[sample] > 0) {
      let best = start;
      for (let move = start + 1; move < end; move++) if (policyTarget[move] > policyTarget[best]) best = move;
      let ahead = 0;
      for (let move = start; move < end; move++) {
        // A tie of logits counts as half ahead would; first come first served keeps it exact and repeatable.
        if (logits[move] > logits[best] || (logits[move] === logits[best] && move < best)) ahead++;
      }
      sums.policySamples++;
      if (ahead === 0) sums.top1++;
      if (ahead < 5) sums.top5++;
    }
    start = end;
  }
}

function addValue(sums: MetricSums, { valueTarget, size }: TrainingBatch, count: number, value: Float32Array): void {
  const players = valueTarget.length / size;
  for (let sample = 0; sample < count; sample++) {
    const at = sample * players;
    let guess = 0;
    let winner = 0;
    let error = 0;
    for (let seat = 0; seat < players; seat++) {
      if (value[at + seat] > value[at + guess]) guess = seat;
      if (valueTarget[at + seat] > valueTarget[at + winner]) winner = seat;
      error += Math.abs(value[at + seat] - valueTarget[at + seat]);
    }
    const confidence = value[at + guess];
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(confidence * BINS)));
    const right = guess === winner ? 1 : 0;
    sums.valueRight += right;
    sums.valueError += error / players;
    sums.binCount[bin]++;
    sums.binConfidence[bin] += confidence;
    sums.binRight[bin] += right;
  }
}

/** The figures of what was added. */
export function metricsOf(sums: MetricSums, headWeights: Readonly<Record<LossName, number>>): Metrics {
  const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
  const losses = zeros();
  let loss = 0;
  for (const name of LOSSES) {
    losses[name] = share(sums.loss[name], sums.weight[name]);
    // Rows that teach no policy count nothing in its loss, so the total is per sample as in the graph.
    loss += headWeights[name] * share(sums.loss[name], sums.weight.value);
  }
  const gaps = sums.binCount.map((_, bin) => Math.abs(sums.binConfidence[bin] - sums.binRight[bin]));
  return {
    samples: sums.samples,
    loss,
    losses,
    policy_top1: share(sums.top1, sums.policySamples),
    policy_top5: share(sums.top5, sums.policySamples),
    value_accuracy: share(sums.valueRight, sums.samples),
    value_error: share(sums.valueError, sums.samples),
    value_ece: share(
      gaps.reduce((sum, gap) => sum + gap, 0),
      sums.samples,
    ),
  };
}

/** How the rows of a training become batches: buffers of its session, and the order of rows. */
import { BatchFeed, SLOTS } from '../data/feed.ts';
import type { TrainingRows } from '../data/rows.ts';
import { LOSSES } from '../graph/losses.ts';
import type { TrainingSession } from '../graph/training-session.ts';
import type { TrainSettings } from './settings.ts';

interface Feeding {
  readonly rows: TrainingRows;
  readonly settings: TrainSettings;
}

export function newFeed(session: TrainingSession, { rows, settings }: Feeding): BatchFeed {
  const slots = Array.from({ length: SLOTS }, () => session.allocateBatch((bytes) => new SharedArrayBuffer(bytes)));
  for (const { headWeights } of slots) headWeights.set(LOSSES.map((name) => settings.headWeights[name]));
  return new BatchFeed(rows, slots, settings.seed);
}

/** `uses` is the replay ratio: how often a row may be trained on. */
export function samplerSettings({ seed, uses, hardShare }: TrainSettings): {
  seed: number;
  maxPasses: number;
  hardShare: number;
} {
  return { seed, maxPasses: uses === 0 ? Number.POSITIVE_INFINITY : uses, hardShare };
}

/** Legal moves of the sample with the most. */
export function maxMovesOf({ moveStart, count }: TrainingRows): number {
  let max = 1;
  for (let row = 0; row < count; row++) max = Math.max(max, moveStart[row + 1] - moveStart[row]);
  return max;
}

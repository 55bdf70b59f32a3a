/** Value targets that are partly what the search said: it has seen less of the game than the result, and is less noisy. */
import { BATCH_ROWS, type FilePlan, readColumn } from './read-rows.ts';
import type { TrainingRows } from './rows.ts';

/** Largest distance of root values from a sum that belongs to win shares that sum to one. */
const SUM_TOLERANCE = 1e-2;
/** Bit of `searched` that says that a sample has root values. */
const HAS_VALUES = 2;

/**
 * Replaces the win shares of the searched rows of one file by (1 − share) · result + share · root value, with the root
 * value, −1 … 1 by seat, as a win share. A row whose root values are no win shares keeps its result.
 * @param first number in `rows` of the file's first kept row
 */
export async function mixRootValues(plan: FilePlan, rows: TrainingRows, first: number, share: number): Promise<void> {
  const { players, value, searched } = rows;
  const root = new Float32Array(plan.numbers.length * players);
  await readColumn(plan.file.npz, 'root_value', root, {
    ...{ size: players, offset: 0, count: plan.keep.length, batch: BATCH_ROWS },
    keeps: (row) => plan.keep[row] === 1,
  });
  for (let i = 0; i < plan.numbers.length; i++) {
    if ((searched[first + i] & HAS_VALUES) === 0) continue;
    const shares = root.subarray(i * players, (i + 1) * players).map((v) => (1 + v) / 2);
    if (Math.abs(shares.reduce((sum, v) => sum + v, 0) - 1) > SUM_TOLERANCE) continue;
    for (let seat = 0; seat < players; seat++) {
      const at = (first + i) * players + seat;
      value[at] = (1 - share) * value[at] + share * shares[seat];
    }
  }
}

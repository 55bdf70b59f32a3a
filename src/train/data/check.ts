/** What a sample has to satisfy before anything is learned from it. The first that does not names its row and stops. */

import { RrError } from '../../core/errors.ts';
import { BOARD_SPECS } from '../../engine/boards.ts';
import { COLLAPSED } from '../../engine/state.ts';
import { topologyOf } from '../../engine/topology.ts';
import { boxOf } from '../../net/encode/box.ts';
import { CONTENT_MASK, COUNTERS, Counter, layersOf } from '../../net/encode/rr1/features.ts';
import { MOVE_KIND_COUNT } from '../../net/encode/rr1/moves.ts';
import type { TrainingRows } from './rows.ts';

/** Largest distance from one of a row of probabilities: float32 sums of a thousand entries stay far below. */
const SUM_TOLERANCE = 1e-3;
const PHASES = 7;

/** Where a row came from, for messages. */
export interface RowOrigin {
  readonly path: string;
  /** First row of the file in `rows`, and the file's own number of each of its rows. */
  readonly first: number;
  readonly numbers: Uint32Array;
}

/**
 * Checks the rows of one file.
 * @throws RrError TRAINING_DATA naming file, row and fault
 */
export function checkRows(rows: TrainingRows, { path, first, numbers }: RowOrigin): void {
  const { board, players } = rows;
  const { cells } = BOARD_SPECS[board];
  const { cellAt } = boxOf(topologyOf(board));
  const featureBytes = layersOf(players) * cells;
  for (let i = 0; i < numbers.length; i++) {
    const row = first + i;
    const fault =
      featureFault(rows, row, cells, featureBytes) ??
      policyFault(rows, row, cellAt) ??
      targetFault(rows, row, players, cells);
    if (fault !== undefined) throw new RrError('TRAINING_DATA', { where: path, detail: `row ${numbers[i]}: ${fault}` });
  }
}

function featureFault(
  { cells: bytes, counters, players }: TrainingRows,
  row: number,
  cells: number,
  featureBytes: number,
): string | undefined {
  const at = row * featureBytes;
  for (let cell = 0; cell < cells; cell++) {
    if ((bytes[at + cell] & CONTENT_MASK) > COLLAPSED + 4) return 'a cell with unknown contents';
  }
  const base = row * COUNTERS;
  if (counters[base + Counter.players] !== players) return `a position of ${counters[base + Counter.players]} players`;
  if (counters[base + Counter.phase] < 0 || counters[base + Counter.phase] >= PHASES) return 'an unknown phase';
  for (const [name, counter] of [
    ['supply', Counter.supply],
    ['victory threshold', Counter.victoryThreshold],
    ['territory minimum', Counter.territoryMinimum],
    ['line length', Counter.lineLength],
  ] as const) {
    if (counters[base + counter] <= 0) return `a ${name} of ${counters[base + counter]}`;
  }
  return undefined;
}

function policyFault(rows: TrainingRows, row: number, cellAt: Int16Array): string | undefined {
  const { moveStart, kind, moveCells, number, probability } = rows;
  const [start, end] = [moveStart[row], moveStart[row + 1]];
  if (end <= start) return 'no legal moves';
  let sum = 0;
  for (let move = start; move < end; move++) {
    const p = probability[move];
    if (!(p >= 0 && p <= 1 + SUM_TOLERANCE)) return `a policy probability of ${p}`;
    sum += p;
    if (kind[move] >= MOVE_KIND_COUNT) return `a move of unknown kind ${kind[move]}`;
    if (!Number.isFinite(number[move])) return `a move number of ${number[move]}`;
    for (let column = 3 * move; column < 3 * move + 3; column++) {
      const cell = moveCells[column];
      if (cell !== -1 && !(cell >= 0 && cell < cellAt.length && cellAt[cell] >= 0)) return `a move on cell ${cell}`;
    }
  }
  return Math.abs(sum - 1) > SUM_TOLERANCE
    ? `policy probabilities that sum to ${sum.toPrecision(6)}, not 1`
    : undefined;
}

function targetFault(rows: TrainingRows, row: number, players: number, cells: number): string | undefined {
  const { value, ringMargin, territoryMargin, ownership, pliesLeft, weight } = rows;
  let sum = 0;
  for (let seat = row * players; seat < (row + 1) * players; seat++) {
    if (!(value[seat] >= 0)) return `a win share of ${value[seat]}`;
    if (!Number.isFinite(ringMargin[seat]) || !Number.isFinite(territoryMargin[seat]))
      return 'a margin that is no number';
    sum += value[seat];
  }
  if (Math.abs(sum - 1) > SUM_TOLERANCE) return `win shares that sum to ${sum.toPrecision(6)}, not 1`;
  for (let at = row * cells; at < (row + 1) * cells; at++) {
    if (ownership[at] > players) return `a cell owned by seat ${ownership[at]}`;
  }
  if (pliesLeft[row] < 0) return `${pliesLeft[row]} moves to the end`;
  return weight[row] >= 0 && Number.isFinite(weight[row]) ? undefined : `a weight of ${weight[row]}`;
}

/** From stored samples to the arrays of a training batch: planes, moves, targets, under a random symmetry each. */
import { BOARD_SPECS } from '../../engine/boards.ts';
import type { Random } from '../../engine/random.ts';
import { SYMMETRIES, symmetryTable } from '../../engine/symmetry.ts';
import { topologyOf } from '../../engine/topology.ts';
import { boxOf } from '../../net/encode/box.ts';
import { COUNTERS, Counter, layersOf } from '../../net/encode/rr1/features.ts';
import { MOVE_COLUMNS } from '../../net/encode/rr1/moves.ts';
import { expandFeatures, type PlaneLayout } from '../../net/encode/rr1/planes.ts';
import { transformCells, transformMoves } from '../../net/encode/rr1/symmetry.ts';
import type { TrainingBatch } from '../graph/batch.ts';
import type { TrainingRows } from './rows.ts';

/** Margins beyond this many thresholds count as this many: a few wild games must not rule the head. */
const MARGIN_LIMIT = 2;

/** Target of the plies head: log₂(1 + plies) / 8, so that 255 moves to the end are 1 on every board. */
export const pliesTarget = (plies: number): number => Math.log2(1 + plies) / 8;

export interface AssembleOptions {
  /** Share of the policy target that is spread evenly over the legal moves. */
  readonly labelSmoothing: number;
  /** Draws a symmetry for every sample; left out, samples stay as they are. */
  readonly symmetry?: Random;
}

/** Writes batches from one set of rows. Holds scratch memory: one per thread. */
export class Assembler {
  readonly #rows: TrainingRows;
  readonly #cells: Uint8Array;
  readonly #layout: { -readonly [K in keyof PlaneLayout]: PlaneLayout[K] };

  constructor(rows: TrainingRows) {
    this.#rows = rows;
    this.#cells = new Uint8Array(layersOf(rows.players) * BOARD_SPECS[rows.board].cells);
    this.#layout = { offset: 0, planeStride: 0, cellStride: 0 };
  }

  /**
   * Fills `batch` with the samples `list` and returns the number of moves. Places beyond the list repeat its first
   * sample with weights zero. Allocates nothing. @throws RangeError when the moves do not fit
   */
  fill(batch: TrainingBatch, list: Uint32Array, options: AssembleOptions): number {
    if (list.length === 0 || list.length > batch.size) throw new RangeError(`${list.length} samples for ${batch.size}`);
    let moves = 0;
    for (let sample = 0; sample < batch.size; sample++) {
      const real = sample < list.length;
      moves = this.#sample(batch, sample, real ? list[sample] : list[0], real, moves, options);
    }
    return moves;
  }

  #sample(
    batch: TrainingBatch,
    sample: number,
    row: number,
    real: boolean,
    firstMove: number,
    { symmetry, labelSmoothing }: AssembleOptions,
  ): number {
    const { board, counters } = this.#rows;
    const group = SYMMETRIES[board];
    const t = symmetry ? group[symmetry.below(group.length)] : 0;
    this.#planes(batch, sample, row, t);
    const end = this.#moves(batch, sample, row, firstMove, labelSmoothing);
    if (t !== 0) {
      transformMoves(board, t, batch.moves, firstMove, end, counters[row * COUNTERS + Counter.lineLength]);
    }
    this.#targets(batch, sample, row, t);
    const weight = real ? this.#rows.weight[row] : 0;
    batch.policyWeight[sample] = weight * this.#rows.learnsPolicy[row];
    batch.valueWeight[sample] = weight;
    batch.auxiliaryWeight[sample] = weight;
    return end;
  }

  #planes(batch: TrainingBatch, sample: number, row: number, t: number): void {
    const { board, players, cells, counters } = this.#rows;
    const size = this.#cells.length;
    let source = cells;
    let at = row * size;
    if (t !== 0) {
      transformCells(board, t, cells, at, this.#cells, 0, layersOf(players));
      source = this.#cells;
      at = 0;
    }
    const layout = this.#layout;
    layout.offset = sample * batch.strides.sample;
    layout.planeStride = batch.strides.plane;
    layout.cellStride = batch.strides.cell;
    expandFeatures(board, players, source, at, counters, row * COUNTERS, batch.x, layout);
  }

  #moves(batch: TrainingBatch, sample: number, row: number, firstMove: number, smoothing: number): number {
    const { moveStart, kind, moveCells, number, probability } = this.#rows;
    const start = moveStart[row];
    const count = moveStart[row + 1] - start;
    if (firstMove + count > batch.maxMoves) throw new RangeError(`more than ${batch.maxMoves} moves in a batch`);
    const even = smoothing / count;
    for (let i = 0; i < count; i++) {
      const from = start + i;
      const to = (firstMove + i) * MOVE_COLUMNS;
      batch.moves[to] = sample;
      batch.moves[to + 1] = kind[from];
      batch.moves[to + 2] = moveCells[3 * from];
      batch.moves[to + 3] = moveCells[3 * from + 1];
      batch.moves[to + 4] = moveCells[3 * from + 2];
      batch.moveScalars[firstMove + i] = number[from];
      batch.policyTarget[firstMove + i] = (1 - smoothing) * probability[from] + even;
    }
    return firstMove + count;
  }

  #targets(batch: TrainingBatch, sample: number, row: number, t: number): void {
    const { board, players, value, ringMargin, territoryMargin, ownership, pliesLeft } = this.#rows;
    const margins = 2 * players * sample;
    for (let seat = 0; seat < players; seat++) {
      batch.valueTarget[sample * players + seat] = value[row * players + seat];
      batch.marginsTarget[margins + seat] = limited(ringMargin[row * players + seat]);
      batch.marginsTarget[margins + players + seat] = limited(territoryMargin[row * players + seat]);
    }
    batch.pliesTarget[sample] = pliesTarget(pliesLeft[row]);
    const { ofCell, area } = boxOf(topologyOf(board));
    const table = symmetryTable(board, t);
    const owners = sample * area;
    batch.ownershipTarget.fill(-1, owners, owners + area);
    for (let cell = 0; cell < table.length; cell++) {
      const owner = ownership[row * table.length + cell];
      batch.ownershipTarget[owners + ofCell[table[cell]]] = owner === 0 ? players : owner - 1;
    }
  }
}

const limited = (margin: number): number => Math.max(-MARGIN_LIMIT, Math.min(MARGIN_LIMIT, margin));

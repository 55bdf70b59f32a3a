/**
 * The arrays of one training batch, in the layouts the training graph reads. A worker may fill one batch (on shared
 * memory) while the graph runs on another.
 */
import type { NetSpec } from '../../net/arch/architectures.ts';
import type { BoardBox } from '../../net/arch/boards.ts';
import { type InputStrides, MOVE_WIDTH } from '../../net/session/session.ts';
import { LOSSES, type LossName } from './losses.ts';
import type { TrainingForm } from './training-graph.ts';

export interface TrainingBatch {
  /** N; a shorter batch fills the rest with zero weights (and needs at least one move in all). */
  readonly size: number;
  /** Largest number of moves of all samples together. */
  readonly maxMoves: number;
  /** Planes: x[sample·strides.sample + cell·strides.cell + plane·strides.plane]. */
  readonly x: Float32Array;
  readonly strides: InputStrides;
  /** Rows of MOVE_WIDTH: sample, kind, from, to, third. */
  readonly moves: Int32Array;
  readonly moveScalars: Float32Array;
  /** Per move: the search's probability; sums to one over the moves of a sample. */
  readonly policyTarget: Float32Array;
  /** [N] weight of the policy loss of a sample. */
  readonly policyWeight: Float32Array;
  /** [N, P] share of the win per seat, mover first; each row sums to one. */
  readonly valueTarget: Float32Array;
  readonly valueWeight: Float32Array;
  /** [N, H·W] final owner: seat (0 = mover), P for nobody, −1 for off-board or unknown. */
  readonly ownershipTarget: Int32Array;
  /** [N, 2, P] final ring and territory margins, scaled to about ±1. */
  readonly marginsTarget: Float32Array;
  /** [N] moves to the end, scaled to about 1. */
  readonly pliesTarget: Float32Array;
  /** [N] weight of the ownership, margins and plies losses of a sample. */
  readonly auxiliaryWeight: Float32Array;
  /** Weight of each head, in the order of LOSSES. */
  readonly headWeights: Float32Array;
}

export const DEFAULT_HEAD_WEIGHTS: Readonly<Record<LossName, number>> = {
  policy: 1,
  value: 1,
  ownership: 0.15,
  margins: 0.05,
  plies: 0.05,
};

export interface BatchShape {
  readonly spec: NetSpec;
  readonly box: BoardBox;
  readonly form: TrainingForm;
  readonly size: number;
  readonly maxMoves: number;
}

type Allocate = (bytes: number) => ArrayBuffer | SharedArrayBuffer;

export function allocateBatch(
  shape: BatchShape,
  allocate: Allocate = (bytes) => new ArrayBuffer(bytes),
): TrainingBatch {
  const { spec, box, form, size, maxMoves } = shape;
  const { planes, players } = spec;
  const area = box.height * box.width;
  const floats = (count: number): Float32Array => new Float32Array(allocate(4 * count));
  const integers = (count: number): Int32Array => new Int32Array(allocate(4 * count));
  const headWeights = floats(LOSSES.length);
  headWeights.set(LOSSES.map((name) => DEFAULT_HEAD_WEIGHTS[name]));
  return {
    size,
    maxMoves,
    x: floats(size * planes * area),
    strides:
      form === 'winograd'
        ? { sample: planes, cell: size * planes, plane: 1 }
        : { sample: planes * area, cell: 1, plane: area },
    moves: integers(maxMoves * MOVE_WIDTH),
    moveScalars: floats(maxMoves),
    policyTarget: floats(maxMoves),
    policyWeight: floats(size),
    valueTarget: floats(size * players),
    valueWeight: floats(size),
    ownershipTarget: integers(size * area),
    marginsTarget: floats(size * 2 * players),
    pliesTarget: floats(size),
    auxiliaryWeight: floats(size),
    headWeights,
  };
}

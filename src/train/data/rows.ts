/**
 * Training samples in memory: the compact columns of an rr1 file (docs/encoding.md), several files one behind the
 * other, on shared memory so that the worker that assembles batches reads them without a copy.
 *
 * Size per sample: (2 + P)·cells bytes of features, cells bytes of ownership, 60 of counters, 12·P of targets, and 15 per
 * legal move. 100,000 samples of hex8 take about 80 MB.
 */
import type { BoardName } from '../../engine/boards.ts';

/** M samples with T legal moves altogether, P players, on a board of C cells. All arrays are on SharedArrayBuffers. */
export interface TrainingRows {
  readonly board: BoardName;
  readonly players: number;
  /** M. */
  readonly count: number;
  /** [M, 2 + P, C] and [M, COUNTERS]: net/encode/rr1/features.ts. */
  readonly cells: Uint8Array;
  readonly counters: Int16Array;
  /** [M + 1]: the moves of sample i are moveStart[i] … moveStart[i + 1] − 1. */
  readonly moveStart: Uint32Array;
  /** [T], [T, 3], [T]: net/encode/rr1/moves.ts. */
  readonly kind: Uint8Array;
  readonly moveCells: Int16Array;
  readonly number: Float32Array;
  /** [T]: sums to one over the moves of a sample. */
  readonly probability: Float32Array;
  /** [M, P] win share, mover first. */
  readonly value: Float32Array;
  /** [M, P] margins in victory thresholds and territory minimums. */
  readonly ringMargin: Float32Array;
  readonly territoryMargin: Float32Array;
  /** [M, C]: 0 nobody, else relative seat + 1. */
  readonly ownership: Uint8Array;
  /** [M] moves to the end of the game. */
  readonly pliesLeft: Int32Array;
  /** [M] bit 0: the policy is a search's; bit 1: so are root values. */
  readonly searched: Uint8Array;
  /** [M] weight of the sample; see weights.ts. */
  readonly weight: Float32Array;
  /** [M] 1 when the policy of the sample is learned, 0 when it teaches values only. */
  readonly learnsPolicy: Uint8Array;
  /** [M] index into `games`. */
  readonly game: Uint32Array;
}

/** What is known of a game that samples come from. */
export interface TrainingGame {
  readonly id: string;
  /** Seconds since 1970, NaN when unknown. */
  readonly created: number;
  /** 0 to 1, NaN when unknown. */
  readonly quality: number;
}

/** Memory that threads share. */
export const shared = {
  bytes: (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length)),
  shorts: (length: number): Int16Array => new Int16Array(new SharedArrayBuffer(2 * length)),
  integers: (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length)),
  indices: (length: number): Uint32Array => new Uint32Array(new SharedArrayBuffer(4 * length)),
  floats: (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length)),
};

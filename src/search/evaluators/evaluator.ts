/**
 * What a search asks about positions, and the rules of asking.
 *
 * Values: one number per seat in absolute seat order (index = player − 1), in [−1, 1]: twice the share of the win
 * minus one. A win is +1, a loss −1. For two players values[1] is exactly −values[0], so that vector backup equals
 * negamax bit for bit.
 *
 * Logits: one number per legal move, in the order of the legal list that was given; only their softmax over that list
 * means anything.
 *
 * Threads: an evaluator and its batches belong to the thread that made them. Several batches of one evaluator may be
 * filled and run independently; each is used by one caller at a time, in the order reset → add… → run → read results.
 */

import type { PlayerCount } from '../../engine/boards.ts';
import type { MoveList } from '../../engine/moves.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';

export interface EvaluationBatch {
  /** Most positions between two resets. */
  readonly capacity: number;
  /** Positions added since reset. */
  readonly count: number;
  /** Positions that may still be added. */
  readonly room: number;
  /**
   * Share of what one run can compute that is taken, 0 to 1. A position that a cache answered takes nothing, and its
   * results are there from add on.
   */
  readonly fill: number;
  reset(): void;
  /**
   * Adds a position that is not over, with its legal moves (at least one), and returns its slot 0, 1, …. Both are read
   * before the call returns and not kept. Must not be called without room.
   */
  add(state: State, legal: MoveList): number;
  /**
   * Evaluates what was added. Without a result it has blocked the thread until done; with a promise the results are
   * there when it resolves, and the batch must be left alone until then. Errors: EVALUATOR_NOT_FINITE and whatever the
   * evaluator is made of throws.
   */
  run(): void | Promise<void>;
  /** Results, valid from run until reset: the moves of slot i are logits[offsets[i]] … logits[offsets[i + 1] − 1]. */
  readonly offsets: Int32Array;
  /** May be replaced by a larger array in add: read it anew after run. */
  readonly logits: Float32Array;
  /** values[slot · players + seat]. */
  readonly values: Float32Array;
}

export interface Evaluator {
  readonly rules: Rules;
  /** Identity in caches and records: the model hash, or the name and version of a formula. */
  readonly id: string;
  /** What computes: cpu, cuda or webgpu for networks; `none` for formulas. */
  readonly provider: string;
  /** Batch size at which it works best. */
  readonly preferredBatch: number;
  createBatch(capacity: number): EvaluationBatch;
  /** Frees what garbage collection does not. The evaluator's batches are dead afterwards. */
  close(): Promise<void>;
}

/** Twice the win share minus one, for a seat of a game that nobody won (cut short). */
export const drawValue = (players: PlayerCount): number => 2 / players - 1;

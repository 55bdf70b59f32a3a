/** A recorded game made ready for replay, whatever it was read from: positions and moves with what the source claims. */

import type { RawMove } from '../engine/json/move.ts';
import type { StackOrder } from '../engine/json/stack-order.ts';
import type { State } from '../engine/state.ts';

/** One recorded move and what the source says about the positions round it. */
export interface RecordedMove {
  /** The move in full, or packed: exactly one of the two. */
  readonly raw?: RawMove;
  readonly packed?: number;
  readonly phase?: string;
  readonly player?: number;
  /** Hash of the position before the move, and after it, in the hash of the source. */
  readonly hashBefore?: string;
  readonly hashAfter?: string;
  /** Phase after the move, where the source stores it. */
  readonly phaseAfter?: string;
  /** Digest of the legal set before the move (golden traces). */
  readonly legalDigest?: string;
}

/** How the source says the game ended; every field is checked if it is there. */
export interface RecordedResult {
  /** 0 or null: no winner. */
  readonly winner?: number | null;
  /** Reason in the source's own words, and which outcomes of ours it may stand for. */
  readonly reason?: string;
  readonly outcomes?: readonly string[];
  /** False for games that were cut off: the rules must not have ended them. */
  readonly finished: boolean;
  /** Final scores per seat. */
  readonly seats?: readonly {
    readonly player: number;
    readonly eliminated?: number;
    readonly territory?: number;
    readonly hand?: number;
  }[];
}

export interface RecordedGame {
  /** File it came from. */
  readonly source: string;
  readonly id: string;
  /** `hex8_2p`. */
  readonly config: string;
  /** The initial position; the replay plays on it. */
  readonly state: State;
  /** Present where the source may leave the payer of a recovery unnamed. */
  readonly order?: StackOrder;
  readonly moves: readonly RecordedMove[];
  readonly result?: RecordedResult;
  /** Hash of a position as this source computes it; with `over`, as if the game had ended there. */
  readonly hash: (state: State, over?: boolean) => string;
}

/** A game that could not even be read, with the reason in one line. */
export interface UnreadableGame {
  readonly source: string;
  readonly id: string;
  readonly config: string;
  readonly problem: string;
}

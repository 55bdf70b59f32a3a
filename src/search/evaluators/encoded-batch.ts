/** A batch whose positions are encoded straight into the input buffers of a network session, wherever that runs. */
import type { MoveList } from '../../engine/moves.ts';
import type { State } from '../../engine/state.ts';
import { writeMoves } from '../../net/encode/rr1/moves.ts';
import { writePlanes } from '../../net/encode/rr1/planes.ts';
import type { InputStrides } from '../../net/session/session.ts';
import { BatchBuffers } from './batch-buffers.ts';
import { seatValues } from './seat-values.ts';

export interface SessionInputs {
  readonly x: Float32Array;
  readonly strides: InputStrides;
  readonly moves: Int32Array;
  readonly moveScalars: Float32Array;
}

export class EncodedBatch extends BatchBuffers {
  readonly #inputs: SessionInputs;
  readonly #movers: Uint8Array;

  constructor(capacity: number, players: number, inputs: SessionInputs) {
    super(capacity, players);
    this.#inputs = inputs;
    this.#movers = new Uint8Array(capacity);
  }

  add(state: State, legal: MoveList): number {
    const { x, strides, moves, moveScalars } = this.#inputs;
    const slot = this.reserve(legal);
    const { sample, cell, plane } = strides;
    writePlanes(state, x, { offset: slot * sample, planeStride: plane, cellStride: cell });
    writeMoves(state, legal, slot, moves, moveScalars, this.offsets[slot]);
    this.#movers[slot] = state.player - 1;
    return slot;
  }

  /** Legal moves of all positions together. */
  protected get moveCount(): number {
    return this.offsets[this.count];
  }

  /** Takes over a session's answers: logits by move row, win shares by position and mover-relative seat. */
  protected takeAnswers(logits: Float32Array, shares: Float32Array): void {
    this.logits.set(logits.subarray(0, this.moveCount));
    seatValues(shares, this.#movers, this.count, this.players, this.values);
  }
}

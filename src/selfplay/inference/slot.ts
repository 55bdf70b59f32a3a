/**
 * One batch in shared memory between a game worker and the inference worker of a device.
 *
 *   x, moves, scalars   input of the slot's own session, written by the game worker: no copying anywhere
 *   logits, shares      output of the same session, read by the game worker
 *   control             Int32: state, positions, moves
 *
 * State goes free → submitted (game worker) → answered or failed (inference worker) → free. Each step is one atomic
 * store and one notify: one wake-up per batch in each direction.
 */
import type { InputStrides } from '../../net/session/session.ts';

export const SlotState = { free: 0, submitted: 1, answered: 2, failed: 3 } as const;

/** Words of a slot's control block. */
export const Control = { state: 0, positions: 1, moves: 2 } as const;
export const CONTROL_WORDS = 3;

/** Wake-up words of an inference worker: calls so far, whether it shall stop, whether it is dead. */
export const Wake = { calls: 0, stop: 1, dead: 2 } as const;
export const WAKE_WORDS = 3;

/** Plain data over shared memory: goes through workerData and messages as it is. */
export interface InferenceSlot {
  readonly control: Int32Array;
  readonly x: Float32Array;
  readonly strides: InputStrides;
  readonly moves: Int32Array;
  readonly moveScalars: Float32Array;
  readonly logits: Float32Array;
  readonly shares: Float32Array;
  readonly capacity: number;
}

/** What game workers need to use a device. Give every game worker its own slots. */
export interface Inference {
  readonly id: string;
  readonly provider: string;
  readonly wake: Int32Array;
  readonly slots: readonly InferenceSlot[];
  /** UTF-8 text of the first failure, zero-terminated. */
  readonly failure: Uint8Array;
}

export const FAILURE_BYTES = 1024;

export function writeFailure(failure: Uint8Array, text: string): void {
  const bytes = new TextEncoder().encode(text).subarray(0, FAILURE_BYTES - 1);
  failure.fill(0);
  failure.set(bytes);
}

export function readFailure(failure: Uint8Array): string {
  const end = failure.indexOf(0);
  // A decoder does not take shared memory.
  return new TextDecoder().decode(Uint8Array.from(failure.subarray(0, end < 0 ? failure.length : end)));
}

/** Makes the game workers that wait for answers throw instead. */
export function failAll({ slots, failure, wake }: Inference, text: string): void {
  if (failure[0] === 0) writeFailure(failure, text);
  // Before the slots: a client that submits later than its slot is failed here sees this word.
  Atomics.store(wake, Wake.dead, 1);
  for (const { control } of slots) {
    Atomics.store(control, Control.state, SlotState.failed);
    Atomics.notify(control, Control.state);
  }
}

/** The part of an inference that one game worker uses: slots `first` … `first + count` − 1. */
export const slotsFor = (inference: Inference, first: number, count: number): Inference => ({
  ...inference,
  slots: inference.slots.slice(first, first + count),
});

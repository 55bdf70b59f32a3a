/**
 * One batch in shared memory between a game worker and the inference worker of a device.
 *
 *   x, moves, scalars   input of the bank's own session, written by the game worker: no copying anywhere
 *   logits, shares      output of the same session, read by the game worker
 *   control             Int32: state, positions, moves
 *
 * State goes free → submitted (game worker) → answered or failed (inference worker) → free. Each step is one atomic
 * store and one notify: one wake-up per batch in each direction.
 */
import type { InputStrides } from '../../net/session/session.ts';

export const BankState = { free: 0, submitted: 1, answered: 2, failed: 3 } as const;

/** Words of a bank's control block. */
export const Control = { state: 0, positions: 1, moves: 2 } as const;
export const CONTROL_WORDS = 3;

/** Words of the door bell of an inference worker: rings so far, whether it shall stop, whether nobody is in. */
export const Bell = { rings: 0, stop: 1, dead: 2 } as const;
export const BELL_WORDS = 3;

/** Plain data over shared memory: goes through workerData and messages as it is. */
export interface Bank {
  readonly control: Int32Array;
  readonly x: Float32Array;
  readonly strides: InputStrides;
  readonly moves: Int32Array;
  readonly moveScalars: Float32Array;
  readonly logits: Float32Array;
  readonly shares: Float32Array;
  readonly capacity: number;
}

/** What game workers need to use a device. Give every game worker its own banks. */
export interface Inference {
  readonly id: string;
  readonly provider: string;
  readonly bell: Int32Array;
  readonly banks: readonly Bank[];
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
export function failAll({ banks, failure, bell }: Inference, text: string): void {
  if (failure[0] === 0) writeFailure(failure, text);
  // Before the banks: a client that submits later than its bank is failed here sees this word.
  Atomics.store(bell, Bell.dead, 1);
  for (const { control } of banks) {
    Atomics.store(control, Control.state, BankState.failed);
    Atomics.notify(control, Control.state);
  }
}

/** The part of an inference that one game worker uses: banks `first` … `first + count` − 1. */
export const banksFor = (inference: Inference, first: number, count: number): Inference => ({
  ...inference,
  banks: inference.banks.slice(first, first + count),
});

/** The stack of frames a sample of the original's layout consists of: the current one, then up to three earlier ones. */
import type { State } from '../../../engine/state.ts';
import { type FrameEncoder, HISTORY_FRAMES } from './frames.ts';

/**
 * The frames of one game so far, newest last, each from the viewpoint of the player on turn then. Every sampled
 * position is pushed, also one that is dropped afterwards. Memory: four frames.
 */
export class FrameHistory {
  readonly #encoder: FrameEncoder;
  readonly #frames: Float32Array;
  #count = 0;

  constructor(encoder: FrameEncoder) {
    this.#encoder = encoder;
    this.#frames = new Float32Array((HISTORY_FRAMES + 1) * encoder.length);
  }

  /** Floats of a sample: four frames. */
  get length(): number {
    return this.#frames.length;
  }

  /** Forgets the game. */
  reset(): void {
    this.#count = 0;
  }

  push(s: State): void {
    const { length } = this.#encoder;
    this.#frames.copyWithin(length, 0, HISTORY_FRAMES * length);
    this.#frames.fill(0, 0, length);
    this.#encoder.write(s, this.#frames, 0);
    this.#count++;
  }

  /** Copies the sample of the position pushed last to `offset` of `out`: newest frame first, zeros before the start. */
  copyTo(out: Float32Array, offset: number): void {
    const { length } = this.#encoder;
    const known = Math.min(this.#count, HISTORY_FRAMES + 1) * length;
    out.set(this.#frames.subarray(0, known), offset);
    out.fill(0, offset + known, offset + this.length);
  }
}

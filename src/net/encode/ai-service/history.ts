/** The stack of frames a sample of the original's layout consists of: the current one, then up to three earlier ones. */
import type { State } from '../../../engine/state.ts';
import { type FrameEncoder, HISTORY_FRAMES } from './frames.ts';

/**
 * The frames of one game so far, each from the viewpoint of the player on turn then. Every sampled position is pushed,
 * also one that is dropped afterwards. Frames are kept as their elements other than zero, one word each: the index in the
 * upper sixteen bits, the number of the value in the lower. Two hundred bytes then stand for planes of twelve kilobytes.
 */
export class FrameHistory {
  /** What the numbers of values mean. */
  readonly values: { readonly bits: readonly number[]; numberOf(bits: number): number } = new ValueTable();
  readonly #encoder: FrameEncoder;
  readonly #dense: Float32Array;
  readonly #bits: Uint32Array;
  readonly #twos: Float64Array;
  /** Ring of frames; #newest is the one pushed last. */
  readonly #frames: readonly Uint32Array[];
  readonly #lengths = new Int32Array(HISTORY_FRAMES + 1);
  readonly #stack: Uint32Array;
  #newest = 0;
  #count = 0;

  constructor(encoder: FrameEncoder) {
    this.#encoder = encoder;
    this.#dense = new Float32Array(encoder.length + (encoder.length % 2));
    this.#bits = new Uint32Array(this.#dense.buffer);
    this.#twos = new Float64Array(this.#dense.buffer);
    this.#frames = Array.from({ length: HISTORY_FRAMES + 1 }, () => new Uint32Array(encoder.length));
    this.#stack = new Uint32Array((HISTORY_FRAMES + 1) * encoder.length);
  }

  /** Floats of a sample: four frames. */
  get length(): number {
    return (HISTORY_FRAMES + 1) * this.#encoder.length;
  }

  /** Forgets the game. */
  reset(): void {
    this.#count = 0;
  }

  push(s: State): void {
    this.#newest = (this.#newest + 1) % this.#frames.length;
    this.#count++;
    this.#encoder.write(s, this.#dense, 0);
    const bits = this.#bits;
    const words = this.#frames[this.#newest];
    let at = 0;
    for (let two = 0; two < this.#twos.length; two++) {
      // Two zeros of single precision are one of double precision, and nothing else is.
      if (this.#twos[two] === 0) continue;
      for (let i = 2 * two; i < 2 * two + 2; i++) {
        const value = bits[i];
        if (value === 0) continue;
        words[at++] = (i << 16) | this.values.numberOf(value);
        bits[i] = 0;
      }
    }
    this.#lengths[this.#newest] = at;
  }

  /**
   * The sample of the position pushed last as words: newest frame first, nothing before the start. A view, valid until the
   * next call.
   */
  words(): Uint32Array {
    const stack = this.#stack;
    const frames = Math.min(this.#count, this.#frames.length);
    let end = 0;
    for (let age = 0; age < frames; age++) {
      const frame = (this.#newest - age + this.#frames.length) % this.#frames.length;
      const words = this.#frames[frame];
      const shift = (age * this.#encoder.length) << 16;
      for (let i = 0; i < this.#lengths[frame]; i++) stack[end++] = words[i] + shift;
    }
    return stack.subarray(0, end);
  }

  /** Writes the same sample densely at `offset` of `out`. */
  copyTo(out: Float32Array, offset: number): void {
    out.fill(0, offset, offset + this.length);
    const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
    for (const word of this.words()) bits[offset + (word >>> 16)] = this.values.bits[word & 0xffff];
  }
}

/** Slots of the look-up; planes hold some thirty different values. */
const SLOTS = 4096;

/** The different values met so far, by number. */
class ValueTable {
  /** Bits of each value, by number. */
  readonly bits: number[] = [];
  readonly #all = new Map<number, number>();
  readonly #keys = new Uint32Array(SLOTS);
  readonly #numbers = new Uint16Array(SLOTS);

  numberOf(bits: number): number {
    const slot = (bits >>> 13) & (SLOTS - 1);
    if (this.#keys[slot] === bits) return this.#numbers[slot];
    let number = this.#all.get(bits);
    if (number === undefined) {
      number = this.bits.length;
      this.bits.push(bits);
      this.#all.set(bits, number);
    }
    this.#keys[slot] = bits;
    this.#numbers[slot] = number;
    return number;
  }
}

/**
 * The order in which samples are learned: pass after pass over the rows of the window, each pass a new permutation that
 * depends on the seed and the pass alone. A row is used at most once per pass, so `maxPasses` bounds its uses. With
 * hard examples, a pass leaves out the easiest share of the rows and has the hardest share twice (losses of the pass
 * before decide), so that its length stays the same; then a row may be used twice per pass.
 */
import { Random } from '../../engine/random.ts';

/** Stream of the shuffles among the draws of a training. */
const SHUFFLE_STREAM = 1;

export interface SamplerSettings {
  readonly seed: number;
  /** Infinity: as many as asked for. */
  readonly maxPasses: number;
  /** Share of the rows that counts as hard, 0 to ½. */
  readonly hardShare: number;
}

/** Where a sampler stands. The order is kept only when it depends on losses; otherwise it is drawn anew. */
export interface SamplerState {
  readonly pass: number;
  readonly offset: number;
  readonly order?: Uint32Array;
}

export class Sampler {
  readonly #rows: Uint32Array;
  readonly #settings: SamplerSettings;
  #pass: number;
  #offset: number;
  #order: Uint32Array;

  /** `rows` are the rows to learn from. @throws RangeError when there are none */
  constructor(rows: Uint32Array, settings: SamplerSettings, state: SamplerState = { pass: 0, offset: 0 }) {
    if (rows.length === 0) throw new RangeError('a sampler needs rows');
    this.#rows = rows;
    this.#settings = settings;
    this.#pass = state.pass;
    this.#offset = state.offset;
    this.#order = state.order ?? this.#shuffled(rows.slice());
  }

  /** A snapshot that a new sampler over the same rows continues from. */
  get state(): SamplerState {
    const position = { pass: this.#pass, offset: this.#offset };
    return this.#settings.hardShare > 0 ? { ...position, order: this.#order.slice() } : position;
  }

  /**
   * The next `count` rows; fewer at the very end, none after it.
   * @param losses by row number, read when a pass begins; NaN for rows not seen yet, which count as hard
   */
  next(count: number, losses?: Float32Array): Uint32Array {
    const taken = new Uint32Array(count);
    let length = 0;
    while (length < count) {
      if (this.#offset === this.#order.length) {
        if (this.#pass + 1 >= this.#settings.maxPasses) break;
        this.#pass++;
        this.#offset = 0;
        this.#order = this.#shuffled(this.#chosen(losses));
      }
      const part = this.#order.subarray(this.#offset, this.#offset + count - length);
      taken.set(part, length);
      length += part.length;
      this.#offset += part.length;
    }
    return taken.subarray(0, length);
  }

  #chosen(losses: Float32Array | undefined): Uint32Array {
    const rows = this.#rows.slice();
    const hard = Math.floor(rows.length * this.#settings.hardShare);
    if (hard === 0 || losses === undefined) return rows;
    const difficulty = (row: number): number => (Number.isNaN(losses[row]) ? Number.POSITIVE_INFINITY : losses[row]);
    // Equal losses are told apart by row number, so that the order never depends on the sorting algorithm.
    rows.sort((a, b) => {
      const [left, right] = [difficulty(a), difficulty(b)];
      return left === right ? a - b : left - right;
    });
    rows.copyWithin(0, rows.length - hard);
    return rows;
  }

  /** Fisher and Yates, in place. */
  #shuffled(rows: Uint32Array): Uint32Array {
    const random = new Random(this.#settings.seed, this.#pass, SHUFFLE_STREAM);
    for (let i = rows.length - 1; i > 0; i--) {
      // `below` is exact up to 2^21; beyond, the product of two draws has no bias that matters.
      const j = i < 1 << 21 ? random.below(i + 1) : Math.floor(random.unit() * (i + 1));
      const held = rows[i];
      rows[i] = rows[j];
      rows[j] = held;
    }
    return rows;
  }
}

/**
 * Counter-based random numbers: a draw is a pure function of (seed, game, stream, counter), so a game replays alone and
 * the order in which games are played, by whom, never matters. Mixing: MurmurHash3's 32-bit finaliser over a Weyl
 * sequence (SplitMix construction, Steele et al. 2014), keyed by hashing the key words.
 */
import { mix32 } from './zobrist.ts';

const WEYL = 0x9e3779b9;

export class Random {
  #a: number;
  #b: number;

  constructor(...key: readonly number[]) {
    let a = 0x243f6a88;
    let b = 0x85a308d3;
    for (const word of key) {
      // Both halves of words above 32 bits count.
      const low = word | 0;
      const high = Math.floor(word / 0x1_0000_0000) | 0;
      a = mix32(Math.imul(a ^ low, 0x85ebca6b) + WEYL + high);
      b = mix32(Math.imul(b ^ high, 0xc2b2ae35) + WEYL + low + a);
    }
    this.#a = a;
    this.#b = b;
  }

  /** Uniform 32-bit word, signed. */
  word(): number {
    this.#a = (this.#a + WEYL) | 0;
    if (this.#a === 0) this.#b = (this.#b + 0x6d2b79f5) | 0;
    return mix32(mix32(this.#a) ^ this.#b);
  }

  /** Uniform in [0, 1) with 32 random bits. */
  unit(): number {
    return (this.word() >>> 0) / 0x1_0000_0000;
  }

  /** Uniform in {0, …, n−1}, exactly, for 1 ≤ n ≤ 2^21 (Lemire's rejection on the high product, exact in a double). */
  below(n: number): number {
    const threshold = (0x1_0000_0000 - n) % n;
    for (;;) {
      const product = (this.word() >>> 0) * n;
      if (product % 0x1_0000_0000 >= threshold) return Math.floor(product / 0x1_0000_0000);
    }
  }

  /** Standard Gumbel(0, 1) variate. */
  gumbel(): number {
    return -Math.log(-Math.log(this.unit() + 2 ** -33));
  }

  /** Standard normal variate (Box–Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }
}

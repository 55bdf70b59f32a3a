/**
 * A fake that stands beside the real evaluators: values and logits are pseudo-random functions of the position's key
 * (and the move's place in the legal list), so searches over it are rich, reproducible and need no network. For tests
 * and benchmarks; for two players its values are exactly zero-sum.
 */
import type { MoveList } from '../../engine/moves.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';
import { mix32 } from '../../engine/zobrist.ts';
import { BatchBuffers } from './batch-buffers.ts';
import type { EvaluationBatch, Evaluator } from './evaluator.ts';

export class HashedEvaluator implements Evaluator {
  readonly id: string;
  readonly provider = 'none';
  readonly preferredBatch = 16;
  readonly rules: Rules;
  readonly #salt: number;
  readonly #spread: number;

  /** `spread`: half width of the logits. */
  constructor(rules: Rules, salt = 0, spread = 2) {
    this.rules = rules;
    this.#salt = salt;
    this.#spread = spread;
    this.id = `hashed-1-${salt}-${spread}`;
  }

  createBatch(capacity: number): EvaluationBatch {
    return new HashedBatch(capacity, this.rules.players, this.#salt, this.#spread);
  }

  async close(): Promise<void> {}
}

class HashedBatch extends BatchBuffers implements EvaluationBatch {
  readonly #salt: number;
  readonly #spread: number;

  constructor(capacity: number, players: number, salt: number, spread: number) {
    super(capacity, players);
    this.#salt = salt;
    this.#spread = spread;
  }

  add(state: State, legal: MoveList): number {
    const slot = this.reserve(legal);
    const key = mix32(state.keyLo() ^ mix32(state.keyHi() + this.#salt));
    const start = this.offsets[slot];
    for (let i = 0; i < legal.length; i++)
      this.logits[start + i] = this.#spread * signed(mix32(key + 0x51ed * (i + 1)));
    const first = slot * this.players;
    if (this.players === 2) {
      this.values[first] = signed(mix32(key ^ 0x1234567));
      this.values[first + 1] = -this.values[first];
      return slot;
    }
    let sum = 0;
    for (let seat = 0; seat < this.players; seat++) {
      const share = signed(mix32(key ^ (0x1234567 * (seat + 1)))) + 1.01;
      this.values[first + seat] = share;
      sum += share;
    }
    for (let seat = 0; seat < this.players; seat++)
      this.values[first + seat] = (2 * this.values[first + seat]) / sum - 1;
    return slot;
  }

  run(): void {}
}

/** A 32-bit word as a number in [−1, 1). */
const signed = (word: number): number => word / 0x8000_0000;

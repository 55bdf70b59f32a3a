/**
 * An evaluator that remembers. Answers are exactly those of the evaluator it wraps (tested), so it changes speed and
 * nothing else; keep it outside a wrapper that draws random symmetries, or the draw is remembered too.
 *
 * Positions are known by their engine key, which covers everything that decides the rest of the game, and by the number
 * of moves made, which networks see as well; what the wrapped evaluator reads must follow from these alone. The
 * evaluator's id salts the key.
 */
import type { MoveList } from '../../engine/moves.ts';
import type { State } from '../../engine/state.ts';
import { mix32 } from '../../engine/zobrist.ts';
import { BatchBuffers } from './batch-buffers.ts';
import { CacheTable } from './cache-table.ts';
import type { EvaluationBatch, Evaluator } from './evaluator.ts';

export interface CacheOptions {
  readonly entries?: number;
  /** Logits remembered over all entries. */
  readonly logits?: number;
}

/** 32,768 positions with 128 moves each: 17 MB. */
export const DEFAULT_CACHE = { entries: 32_768, logits: 32_768 * 128 } as const;

/**
 * Positions of a batch per position that the wrapped evaluator computes: those that the table answers take no place in
 * its batch, so that it is full when it runs. Up to three answers of four may come from the table before that fails.
 */
const SLOTS_PER_PLACE = 4;

/** A cache of so many positions with as many moves each as by default. */
export const cacheOf = (entries: number): CacheOptions => ({
  entries,
  logits: entries * (DEFAULT_CACHE.logits / DEFAULT_CACHE.entries),
});

export class CachedEvaluator implements Evaluator {
  readonly rules;
  readonly id: string;
  readonly provider: string;
  readonly preferredBatch: number;
  readonly table: CacheTable;
  readonly #inner: Evaluator;

  constructor(inner: Evaluator, options: CacheOptions = {}) {
    const { entries, logits } = { ...DEFAULT_CACHE, ...options };
    this.#inner = inner;
    this.rules = inner.rules;
    this.id = inner.id;
    this.provider = inner.provider;
    this.preferredBatch = inner.preferredBatch;
    this.table = new CacheTable(entries, logits, inner.rules.players);
  }

  createBatch(capacity: number): EvaluationBatch {
    return new CachedBatch(this.#inner.createBatch(capacity), this.table, saltOf(this.id));
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

function saltOf(id: string): number {
  let salt = 0;
  for (let i = 0; i < id.length; i++) salt = mix32(salt ^ id.charCodeAt(i));
  return salt;
}

class CachedBatch extends BatchBuffers implements EvaluationBatch {
  readonly #inner: EvaluationBatch;
  readonly #table: CacheTable;
  readonly #salt: number;
  /** Slot in the inner batch; −1: answered from the table already. */
  readonly #innerSlot: Int32Array;
  readonly #keyLo: Int32Array;
  readonly #keyHi: Int32Array;

  constructor(inner: EvaluationBatch, table: CacheTable, salt: number) {
    const slots = SLOTS_PER_PLACE * inner.capacity;
    super(slots, table.players);
    this.#inner = inner;
    this.#table = table;
    this.#salt = salt;
    this.#innerSlot = new Int32Array(slots);
    this.#keyLo = new Int32Array(slots);
    this.#keyHi = new Int32Array(slots);
  }

  override get room(): number {
    return Math.min(super.room, this.#inner.room);
  }

  override get fill(): number {
    return this.#inner.fill;
  }

  override reset(): void {
    super.reset();
    this.#inner.reset();
  }

  add(state: State, legal: MoveList): number {
    const slot = this.reserve(legal);
    const keyLo = state.keyLo() ^ this.#salt;
    const keyHi = mix32(state.keyHi() ^ (this.#salt + state.ply));
    const entry = this.#table.find(keyLo, keyHi, legal.length);
    if (entry >= 0) {
      this.#table.read(entry, this.logits, this.offsets[slot], this.values, slot * this.players);
      this.#innerSlot[slot] = -1;
      return slot;
    }
    this.#keyLo[slot] = keyLo;
    this.#keyHi[slot] = keyHi;
    this.#innerSlot[slot] = this.#inner.add(state, legal);
    return slot;
  }

  run(): void | Promise<void> {
    if (this.#inner.count === 0) return;
    const pending = this.#inner.run();
    return pending ? pending.then(() => this.#takeAnswers()) : this.#takeAnswers();
  }

  #takeAnswers(): void {
    const { players } = this;
    const inner = this.#inner;
    for (let slot = 0; slot < this.count; slot++) {
      const from = this.#innerSlot[slot];
      if (from < 0) continue;
      const start = this.offsets[slot];
      const width = this.offsets[slot + 1] - start;
      const innerStart = inner.offsets[from];
      for (let i = 0; i < width; i++) this.logits[start + i] = inner.logits[innerStart + i];
      for (let seat = 0; seat < players; seat++)
        this.values[slot * players + seat] = inner.values[from * players + seat];
      this.#table.write(this.#keyLo[slot], this.#keyHi[slot], width, this.logits, start, this.values, slot * players);
    }
  }
}

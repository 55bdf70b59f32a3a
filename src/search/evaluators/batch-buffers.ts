/**
 * The bookkeeping every evaluation batch needs: slots, offsets into the logits, result arrays. Logits grow to the
 * largest batch met and are reused; nothing else is allocated after construction.
 */
import type { MoveList } from '../../engine/moves.ts';

const LOGITS_PER_SLOT = 64;

export class BatchBuffers {
  readonly capacity: number;
  readonly players: number;
  count = 0;
  readonly offsets: Int32Array;
  readonly values: Float32Array;
  logits: Float32Array;

  constructor(capacity: number, players: number) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError(`batch capacity ${capacity}`);
    this.capacity = capacity;
    this.players = players;
    this.offsets = new Int32Array(capacity + 1);
    this.values = new Float32Array(capacity * players);
    this.logits = new Float32Array(capacity * LOGITS_PER_SLOT);
  }

  get room(): number {
    return this.capacity - this.count;
  }

  get fill(): number {
    return this.count / this.capacity;
  }

  reset(): void {
    this.count = 0;
  }

  /** Reserves the next slot with room for the logits of `legal`. */
  protected reserve(legal: MoveList): number {
    const slot = this.count;
    if (slot === this.capacity) throw new RangeError(`evaluation batch of ${this.capacity} is full`);
    if (legal.length === 0) throw new RangeError('a position without legal moves cannot be evaluated');
    const end = this.offsets[slot] + legal.length;
    if (end > this.logits.length) {
      const larger = new Float32Array(Math.max(end, this.logits.length * 2));
      larger.set(this.logits);
      this.logits = larger;
    }
    this.offsets[slot + 1] = end;
    this.count = slot + 1;
    return slot;
  }
}

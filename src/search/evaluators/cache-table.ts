/**
 * A fixed amount of memory that remembers evaluations by 64-bit position key.
 *
 *   table   keyLo, keyHi Int32[2^k]    probed at 4 neighbouring places from the key's home
 *           width Int32[2^k]           legal moves of the position; 0 = free place
 *           place Float64[2^k]         where its numbers were written, counted since the beginning
 *           values Float32[2^k · players]
 *   ring    Float32[ringSize]          logits one after another; the oldest are overwritten
 *
 * An entry is valid as long as its logits have not been overwritten. A full neighbourhood loses the entry whose logits
 * are oldest. Two positions with equal keys and widths would be confused: 2⁻⁶⁴ per pair.
 */
const NEIGHBOURHOOD = 4;

export class CacheTable {
  readonly entries: number;
  readonly players: number;
  hits = 0;
  misses = 0;
  readonly #mask: number;
  readonly #keyLo: Int32Array;
  readonly #keyHi: Int32Array;
  readonly #width: Int32Array;
  readonly #place: Float64Array;
  readonly #values: Float32Array;
  readonly #ring: Float32Array;
  #written = 0;

  /** `entries` is rounded up to a power of two; `logits` is the number of logits remembered over all entries. */
  constructor(entries: number, logits: number, players: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(entries, NEIGHBOURHOOD)));
    this.entries = size;
    this.players = players;
    this.#mask = size - 1;
    this.#keyLo = new Int32Array(size);
    this.#keyHi = new Int32Array(size);
    this.#width = new Int32Array(size);
    this.#place = new Float64Array(size);
    this.#values = new Float32Array(size * players);
    this.#ring = new Float32Array(logits);
  }

  get bytes(): number {
    return this.entries * (20 + 4 * this.players) + 4 * this.#ring.length;
  }

  /** Index of the valid entry of that key and width, −1 if there is none. Counts a hit or a miss. */
  find(keyLo: number, keyHi: number, width: number): number {
    for (let i = 0; i < NEIGHBOURHOOD; i++) {
      const at = (keyLo + i) & this.#mask;
      if (this.#keyLo[at] === keyLo && this.#keyHi[at] === keyHi && this.#width[at] === width && this.#isWhole(at)) {
        this.hits++;
        return at;
      }
    }
    this.misses++;
    return -1;
  }

  /** Copies an entry's numbers out. */
  read(entry: number, logits: Float32Array, firstLogit: number, values: Float32Array, firstValue: number): void {
    const from = this.#place[entry] % this.#ring.length;
    for (let i = 0; i < this.#width[entry]; i++) logits[firstLogit + i] = this.#ring[from + i];
    for (let seat = 0; seat < this.players; seat++)
      values[firstValue + seat] = this.#values[entry * this.players + seat];
  }

  write(
    keyLo: number,
    keyHi: number,
    width: number,
    logits: Float32Array,
    firstLogit: number,
    values: Float32Array,
    firstValue: number,
  ): void {
    if (width > this.#ring.length) return;
    let at = keyLo & this.#mask;
    for (let i = 1; i < NEIGHBOURHOOD && this.#rank(at) >= 0; i++) {
      const next = (keyLo + i) & this.#mask;
      if (this.#rank(next) < this.#rank(at)) at = next;
    }
    // Numbers of one entry never wrap round: skip the rest of the ring if they do not fit before its end.
    const left = this.#ring.length - (this.#written % this.#ring.length);
    if (width > left) this.#written += left;
    const to = this.#written % this.#ring.length;
    for (let i = 0; i < width; i++) this.#ring[to + i] = logits[firstLogit + i];
    this.#keyLo[at] = keyLo;
    this.#keyHi[at] = keyHi;
    this.#width[at] = width;
    this.#place[at] = this.#written;
    for (let seat = 0; seat < this.players; seat++) this.#values[at * this.players + seat] = values[firstValue + seat];
    this.#written += width;
  }

  #isWhole(entry: number): boolean {
    return this.#place[entry] + this.#ring.length >= this.#written;
  }

  /** Age order of entries: free and overwritten ones first. */
  #rank(entry: number): number {
    return this.#width[entry] === 0 || !this.#isWhole(entry) ? -1 : this.#place[entry];
  }
}

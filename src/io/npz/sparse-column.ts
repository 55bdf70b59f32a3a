/**
 * Rows of float32 that are mostly zero, kept as their other elements until the file is made: feature planes come to a
 * tenth of their size that way, and the spill costs a tenth of the time.
 */
import type { FinishedArray } from './columns.ts';
import { elementCount } from './header.ts';
import { Spill } from './spill.ts';

/** Bytes of rows made at a time: so many that setting zlib up anew for them does not show. */
const PIECE_BYTES = 1 << 20;

export class SparseColumn {
  readonly rowShape: readonly number[];
  readonly #rowSize: number;
  readonly #spill: Spill;
  readonly #values: readonly number[];
  rows = 0;

  /**
   * `values` holds the bits of each float32 by number; it may grow until finish(). Rows have at most 65536 elements, and
   * there are at most as many values.
   */
  constructor(folder: string, rowShape: readonly number[], values: readonly number[]) {
    this.#values = values;
    this.rowShape = rowShape;
    this.#rowSize = elementCount(rowShape);
    if (this.#rowSize > 65536) throw new TypeError(`rows of ${this.#rowSize} elements are too long to be sparse`);
    this.#spill = new Spill(folder);
  }

  /** Appends one row: an element index (C order) and the number of its value to a word, 16 bits each. Copied. */
  append(words: Uint32Array): void {
    this.#spill.writeUint32(words.length);
    this.#spill.write(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
    this.rows++;
  }

  finish(): FinishedArray {
    const pieces = () => this.#pieces();
    return {
      dtype: { kind: 'numeric', code: 'f4' },
      shape: [this.rows, ...this.rowShape],
      size: this.rows * this.#rowSize * 4,
      *body(hash) {
        for (const piece of pieces()) {
          hash.update(piece);
          yield piece;
        }
      },
      close: () => this.close(),
    };
  }

  *#pieces(): Generator<Buffer> {
    const perPiece = Math.max(1, Math.floor(PIECE_BYTES / (4 * this.#rowSize)));
    let left = this.rows;
    // Used again for every piece: fresh memory costs more in garbage collection than the rows themselves.
    let piece = new Uint32Array(Math.min(left, perPiece) * this.#rowSize);
    let base = 0;
    // Words of the row still to come, −1 before their number.
    let expected = -1;
    for (const part of this.#spill.read()) {
      for (const word of wordsOf(part)) {
        if (expected < 0) expected = word;
        else {
          piece[base + (word >>> 16)] = this.#values[word & 0xffff] ?? 0;
          expected--;
        }
        if (expected !== 0) continue;
        expected = -1;
        base += this.#rowSize;
        if (base < piece.length) continue;
        yield Buffer.from(piece.buffer, 0, 4 * piece.length);
        left -= perPiece;
        if (left > 0) piece = piece.subarray(0, Math.min(left, perPiece) * this.#rowSize).fill(0);
        base = 0;
      }
    }
  }

  close(): void {
    this.#spill.close();
  }
}

/** Frames of a spill hold whole words as long as only words were written; their memory may begin anywhere. */
function wordsOf(part: Buffer): Uint32Array {
  if (part.byteOffset % 4 === 0) return new Uint32Array(part.buffer, part.byteOffset, part.length / 4);
  return new Uint32Array(Uint8Array.from(part).buffer);
}

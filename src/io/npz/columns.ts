/**
 * Arrays that grow by rows while a file is made, and the plainest of them: numbers. Each keeps its rows in a spill (bounded memory) and, once the
 * number of rows is known, says type and shape and produces the bytes of its NPY body while hashing them.
 */
import type { Hash } from 'node:crypto';
import type { NpyDtype, NumericData, NumericDtype } from './dtype.ts';
import { ITEM_SIZE } from './dtype.ts';
import { elementCount } from './header.ts';
import { encodeNumbers } from './npy.ts';
import { Spill } from './spill.ts';

/** What the writer needs of an array when it is complete. */
export interface FinishedArray {
  readonly dtype: NpyDtype;
  readonly shape: readonly number[];
  /** Bytes of the body, or undefined when not known beforehand (pickles). */
  readonly size?: number;
  /** Pieces of the body; every element is added to `hash` on the way. */
  body(hash: Hash): Iterable<Buffer>;
  /** Frees the temporary file. */
  close(): void;
}

export interface Column {
  readonly rows: number;
  finish(): FinishedArray;
  close(): void;
}

/** Rows of `rowShape` numbers each. */
export class NumericColumn implements Column {
  readonly dtype: NumericDtype;
  readonly rowShape: readonly number[];
  readonly #rowSize: number;
  readonly #spill: Spill;
  rows = 0;

  constructor(folder: string, dtype: NumericDtype, rowShape: readonly number[]) {
    this.dtype = dtype;
    this.rowShape = rowShape;
    this.#rowSize = elementCount(rowShape);
    this.#spill = new Spill(folder);
  }

  /** Append whole rows: `data.length` is a multiple of the row size. The data are copied. */
  append(data: NumericData): void {
    const added = data.length / this.#rowSize;
    if (!Number.isInteger(added)) throw new TypeError(`${data.length} numbers are no whole rows of ${this.#rowSize}`);
    this.#spill.write(encodeNumbers(data, this.dtype));
    this.rows += added;
  }

  finish(): FinishedArray {
    const spill = this.#spill;
    return {
      dtype: { kind: 'numeric', code: this.dtype },
      shape: [this.rows, ...this.rowShape],
      size: this.rows * this.#rowSize * ITEM_SIZE[this.dtype],
      *body(hash) {
        for (const part of spill.read()) {
          hash.update(part);
          yield part;
        }
      },
      close: () => spill.close(),
    };
  }

  close(): void {
    this.#spill.close();
  }
}

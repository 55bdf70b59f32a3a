/**
 * Rows of an NPZ file, written straight to its columns or shuffled on the way. Shuffling deals the rows at random into
 * bucket files that each fit into memory, and shuffles every bucket when the file is finished (an external version of the
 * Fisher–Yates shuffle; Sanders 1998, "Random permutations on distributed, external and hierarchical memory"), so memory
 * stays bounded however many rows there are.
 *
 *     const rows = new RowWriter(folder, seed);            // seed undefined: keep the order
 *     const features = rows.numeric(npz.numeric(…));
 *     features.put(data); …                                // one put per column and row
 *     rows.end();
 *     rows.finish();                                       // then npz.finish()
 */
import { Random } from '../../engine/random.ts';
import type { NumericColumn, RaggedColumn, TextColumn } from '../npz/columns.ts';
import { Spill } from '../npz/spill.ts';

type RowData = Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;
type RowArray = new (buffer: ArrayBuffer) => RowData;

/** One column as rows see it: what is put between two end() calls belongs to one row, any number of items. */
export interface RowColumn<T extends RowData> {
  put(data: T): void;
}

interface Slot {
  readonly make: RowArray;
  readonly emit: (data: RowData) => void;
  data: RowData;
}

/** Each takes one sixty-fourth of the rows into memory in its turn: a million hex8 samples make buckets of 200 MB at most. */
const BUCKETS = 64;

export class RowWriter {
  readonly #slots: Slot[] = [];
  readonly #shuffle: Shuffle | undefined;
  rows = 0;

  constructor(folder: string, shuffleSeed?: number) {
    this.#shuffle = shuffleSeed === undefined ? undefined : new Shuffle(folder, shuffleSeed);
  }

  numeric<T extends RowData>(column: NumericColumn | RaggedColumn, make: new (buffer: ArrayBuffer) => T): RowColumn<T> {
    return this.#slot(make, (data) => column.append(data as never));
  }

  /** A column of texts, put by number; `texts` is asked when the row is written. */
  text(column: TextColumn, texts: readonly string[]): RowColumn<Uint32Array> {
    return this.#slot(Uint32Array, (data) => column.append(texts[data[0]] ?? ''));
  }

  /** Any other use of a row's data once its place is known, such as running sums. */
  derived<T extends RowData>(make: new (buffer: ArrayBuffer) => T, emit: (data: T) => void): RowColumn<T> {
    return this.#slot(make, (data) => emit(data as T));
  }

  #slot<T extends RowData>(make: new (buffer: ArrayBuffer) => T, emit: (data: RowData) => void): RowColumn<T> {
    const slot: Slot = { make, emit, data: new make(new ArrayBuffer(0)) };
    this.#slots.push(slot);
    return {
      put(data) {
        slot.data = data;
      },
    };
  }

  /** The row is complete: all columns have been put. */
  end(): void {
    this.rows++;
    if (this.#shuffle) this.#shuffle.add(this.#slots.map(({ data }) => data));
    else for (const { emit, data } of this.#slots) emit(data);
  }

  /** Writes what shuffling kept back. */
  finish(): void {
    if (!this.#shuffle) return;
    for (const row of this.#shuffle.rows()) {
      let at = 0;
      for (const { make, emit } of this.#slots) {
        const length = row.readUInt32LE(at);
        at += 4;
        emit(new make(Uint8Array.from(row.subarray(at, at + length)).buffer));
        at += length;
      }
    }
    this.close();
  }

  close(): void {
    this.#shuffle?.close();
  }
}

class Shuffle {
  readonly #random: Random;
  readonly #buckets: readonly Spill[];

  constructor(folder: string, seed: number) {
    this.#random = new Random(seed);
    this.#buckets = Array.from({ length: BUCKETS }, () => new Spill(folder));
  }

  /** One row: its length, then length and bytes of every column. */
  add(columns: readonly RowData[]): void {
    const bucket = this.#buckets[this.#random.below(BUCKETS)];
    bucket.writeUint32(columns.reduce((sum, { byteLength }) => sum + 4 + byteLength, 0));
    for (const data of columns) {
      bucket.writeUint32(data.byteLength);
      bucket.write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  }

  *rows(): Generator<Buffer> {
    for (const bucket of this.#buckets) {
      const bytes = contents(bucket);
      bucket.close();
      const starts: number[] = [];
      for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32LE(at)) starts.push(at + 4);
      for (let left = starts.length; left > 0; left--) {
        const pick = this.#random.below(left);
        const start = starts[pick];
        starts[pick] = starts[left - 1];
        yield bytes.subarray(start, start + bytes.readUInt32LE(start - 4));
      }
    }
  }

  close(): void {
    for (const bucket of this.#buckets) bucket.close();
  }
}

function contents(spill: Spill): Buffer {
  const bytes = Buffer.allocUnsafe(spill.bytes);
  let at = 0;
  for (const part of spill.read()) at += part.copy(bytes, at);
  return bytes;
}

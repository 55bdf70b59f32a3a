/**
 * Rows of an NPZ file, written to its columns in batches or shuffled on the way. Shuffling deals the rows at random into
 * bucket files that each fit into memory, and shuffles every bucket when the file is finished (Sanders 1998, "Random
 * permutations on distributed, external and hierarchical memory"), so memory stays bounded however many rows there are.
 *
 *     const rows = new RowWriter(folder, seed);            // seed undefined: keep the order
 *     const features = rows.numeric(npz.numeric(…), Uint8Array);
 *     features.put(data); …                                // any number of items per column and row
 *     rows.end();
 *     rows.finish();                                       // then npz.finish()
 */
import { Random } from '../engine/random.ts';
import type { NumericColumn } from '../io/npz/columns.ts';
import type { RaggedColumn } from '../io/npz/ragged-column.ts';
import type { SparseColumn } from '../io/npz/sparse-column.ts';
import { Spill } from '../io/npz/spill.ts';
import type { TextColumn } from '../io/npz/text-column.ts';

type RowData = Uint8Array | Int16Array | Int32Array | Uint32Array | Float32Array;

/** The constructor of the typed array of a column. */
export interface RowArray<T extends RowData> {
  new (length: number): T;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): T;
}

/** Bytes of a column gathered before they are handed on; the cost of a call is then nothing per row. */
const BATCH_BYTES = 1 << 15;

/** One column as rows see it. What is put between two end() calls belongs to one row. Data are copied at once. */
export class RowColumn<T extends RowData = RowData> {
  readonly #make: RowArray<T>;
  readonly #append: (data: T) => void;
  readonly #batched: boolean;
  #data: T;
  #used = 0;

  /** `append` takes one row at a time, or any number of them when `batched`. */
  constructor(make: RowArray<T>, append: (data: T) => void, batched: boolean) {
    this.#make = make;
    this.#append = append;
    this.#batched = batched;
    this.#data = new make(256);
  }

  put(data: T): void {
    const end = this.#used + data.length;
    if (end > this.#data.length) this.#grow(end);
    this.#data.set(data, this.#used);
    this.#used = end;
  }

  putNumber(value: number): void {
    if (this.#used === this.#data.length) this.#grow(this.#used + 1);
    this.#data[this.#used++] = value;
  }

  #grow(needed: number): void {
    const larger = new this.#make(Math.max(2 * this.#data.length, needed));
    larger.set(this.#data);
    this.#data = larger;
  }

  /** The row is complete. */
  end(): void {
    if (!this.#batched || this.#used * this.#data.BYTES_PER_ELEMENT >= BATCH_BYTES) this.#flush();
  }

  /** Hands on what the last batch still holds. */
  flushRest(): void {
    if (this.#used > 0) this.#flush();
  }

  #flush(): void {
    this.#append(this.#data.subarray(0, this.#used) as T);
    this.#used = 0;
  }

  /** Takes the row out again instead, as bytes. */
  take(): Uint8Array {
    const bytes = this.#used * this.#data.BYTES_PER_ELEMENT;
    this.#used = 0;
    return new Uint8Array(this.#data.buffer, 0, bytes);
  }

  /** Puts a row back that was taken out. */
  restore(bytes: Uint8Array): void {
    const aligned = Uint8Array.from(bytes);
    this.put(new this.#make(aligned.buffer, 0, bytes.length / this.#data.BYTES_PER_ELEMENT));
  }
}

export class RowWriter {
  readonly #columns: RowColumn[] = [];
  readonly #shuffle: Shuffle | undefined;
  rows = 0;

  constructor(folder: string, shuffleSeed?: number) {
    this.#shuffle = shuffleSeed === undefined ? undefined : new Shuffle(folder, shuffleSeed);
  }

  numeric<T extends RowData>(column: NumericColumn, make: RowArray<T>): RowColumn<T> {
    return this.#add(new RowColumn(make, (data) => column.append(data), true));
  }

  ragged<T extends Int32Array | Float32Array>(column: RaggedColumn, make: RowArray<T>): RowColumn<T> {
    return this.#add(new RowColumn<T>(make, (data) => column.append(data), false));
  }

  sparse(column: SparseColumn): RowColumn<Uint32Array> {
    return this.#add(new RowColumn<Uint32Array>(Uint32Array, (data) => column.append(data), false));
  }

  /** A column of texts, put by number; `texts` is asked when the row is written. */
  text(column: TextColumn, texts: readonly string[]): RowColumn<Uint32Array> {
    return this.derived((number) => column.append(texts[number] ?? ''));
  }

  /** Any other use of a number of a row once the row's place is known, such as running sums. */
  derived(emit: (value: number) => void): RowColumn<Uint32Array> {
    const each = (data: Uint32Array): void => data.forEach((value) => void emit(value));
    return this.#add(new RowColumn<Uint32Array>(Uint32Array, each, true));
  }

  #add<T extends RowData>(column: RowColumn<T>): RowColumn<T> {
    this.#columns.push(column as unknown as RowColumn);
    return column;
  }

  /** The row is complete: all columns have been put. */
  end(): void {
    this.rows++;
    if (this.#shuffle) this.#shuffle.add(this.#columns);
    else for (const column of this.#columns) column.end();
  }

  /** Writes what batches and shuffling kept back. */
  finish(): void {
    for (const row of this.#shuffle?.rows() ?? []) {
      let at = 0;
      for (const column of this.#columns) {
        const length = row.readUInt32LE(at);
        at += 4;
        column.restore(row.subarray(at, at + length));
        column.end();
        at += length;
      }
    }
    if (this.rows > 0) for (const column of this.#columns) column.flushRest();
    this.close();
  }

  close(): void {
    this.#shuffle?.close();
  }
}

/**
 * Each bucket takes one sixty-fourth of the rows into memory in its turn: a million samples of two kilobytes make buckets
 * of 32 MB.
 */
const BUCKETS = 64;

class Shuffle {
  readonly #random: Random;
  readonly #buckets: readonly Spill[];
  #open = true;

  constructor(folder: string, seed: number) {
    this.#random = new Random(seed);
    this.#buckets = Array.from({ length: BUCKETS }, () => new Spill(folder));
  }

  /** One row: its length, then length and bytes of every column. */
  add(columns: readonly RowColumn[]): void {
    const bucket = this.#buckets[this.#random.below(BUCKETS)];
    const parts = columns.map((column) => column.take());
    bucket.writeUint32(parts.reduce((sum, { length }) => sum + 4 + length, 0));
    for (const part of parts) {
      const length = Buffer.allocUnsafe(4);
      length.writeUInt32LE(part.length);
      bucket.write(length);
      bucket.write(part);
    }
  }

  *rows(): Generator<Buffer> {
    for (const bucket of this.#buckets) {
      const bytes = contents(bucket);
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
    if (this.#open) for (const bucket of this.#buckets) bucket.close();
    this.#open = false;
  }
}

function contents(spill: Spill): Buffer {
  const bytes = Buffer.allocUnsafe(spill.bytes);
  let at = 0;
  for (const part of spill.read()) at += part.copy(bytes, at);
  return bytes;
}

/** Columns whose rows differ in length. */
import type { Hash } from 'node:crypto';
import type { Column, FinishedArray } from './columns.ts';
import { encodeNumbers } from './npy.ts';
import { type PickleItem, pickleObjectArray } from './pickle.ts';
import { floatText, PyFloat } from './python.ts';
import { readUint32s, Spill } from './spill.ts';

/**
 * Rows of differing length, as the original stores its sparse policies. When all rows turn out equally long, NumPy
 * makes a matrix of them: of Python numbers in form `objects` (what the original's files hold), of plain numbers in
 * form `typed` (needs no pickle). Otherwise both forms store an array of small arrays.
 */
export class RaggedColumn implements Column {
  readonly #dtype: 'i4' | 'f4';
  readonly #form: 'objects' | 'typed';
  readonly #values: Spill;
  readonly #lengths: Spill;
  #common: number | undefined;
  #equal = true;
  rows = 0;

  constructor(folder: string, dtype: 'i4' | 'f4', form: 'objects' | 'typed') {
    this.#dtype = dtype;
    this.#form = form;
    this.#values = new Spill(folder);
    this.#lengths = new Spill(folder);
  }

  append(row: Int32Array | Float32Array): void {
    this.#values.write(encodeNumbers(row, this.#dtype));
    this.#lengths.writeUint32(row.length);
    this.#common ??= row.length;
    if (this.#common !== row.length) this.#equal = false;
    this.rows++;
  }

  finish(): FinishedArray {
    const close = () => this.close();
    if (this.#equal && this.#form === 'typed') {
      const spill = this.#values;
      return {
        dtype: { kind: 'numeric', code: this.#dtype },
        shape: [this.rows, this.#common ?? 0],
        size: spill.bytes,
        *body(hash) {
          for (const part of spill.read()) {
            hash.update(part);
            yield part;
          }
        },
        close,
      };
    }
    if (this.#equal && this.rows > 0) {
      const shape = [this.rows, this.#common ?? 0];
      return { dtype: { kind: 'object' }, shape, body: (hash) => pickleObjectArray(shape, this.#scalars(hash)), close };
    }
    const shape = [this.rows];
    return { dtype: { kind: 'object' }, shape, body: (hash) => pickleObjectArray(shape, this.#arrays(hash)), close };
  }

  *#scalars(hash: Hash): Generator<PickleItem> {
    for (const part of this.#values.read()) {
      for (let at = 0; at < part.length; at += 4) {
        if (this.#dtype === 'i4') {
          const value = part.readInt32LE(at);
          hash.update(String(value));
          yield value;
        } else {
          const value = part.readFloatLE(at);
          hash.update(floatText(value));
          yield new PyFloat(value);
        }
      }
    }
  }

  *#arrays(hash: Hash): Generator<PickleItem> {
    const source = new ByteSource(this.#values.read());
    for (const length of readUint32s(this.#lengths)) {
      const bytes = source.take(length * 4);
      hash.update(bytes);
      yield this.#dtype === 'i4' ? new Int32Array(bytes.buffer) : new Float32Array(bytes.buffer);
    }
  }

  close(): void {
    this.#values.close();
    this.#lengths.close();
  }
}

/** Takes exact counts of bytes from a sequence of pieces; every answer owns its memory. */
class ByteSource {
  readonly #parts: Iterator<Buffer>;
  #current: Buffer = Buffer.alloc(0);

  constructor(parts: Iterator<Buffer>) {
    this.#parts = parts;
  }

  take(count: number): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(count);
    let done = 0;
    while (done < count) {
      if (this.#current.length === 0) {
        const next = this.#parts.next();
        if (next.done) throw new RangeError('a spill ended early');
        this.#current = next.value;
      }
      const part = this.#current.subarray(0, count - done);
      result.set(part, done);
      done += part.length;
      this.#current = this.#current.subarray(part.length);
    }
    return result;
  }
}

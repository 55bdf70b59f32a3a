/**
 * Arrays that grow by rows while a file is made. Each keeps its rows in a spill (bounded memory) and, once the
 * number of rows is known, says type and shape and produces the bytes of its NPY body while hashing them.
 */
import type { Hash } from 'node:crypto';
import type { NpyDtype, NumericData, NumericDtype } from './dtype.ts';
import { ITEM_SIZE } from './dtype.ts';
import { elementCount } from './header.ts';
import { encodeNumbers, encodeText } from './npy.ts';
import { type PickleItem, pickleObjectArray } from './pickle.ts';
import { floatText, PyFloat, type PyValue, pyStr } from './python.ts';
import { readUint32s, Spill } from './spill.ts';

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

/**
 * One text per row, stored as `<Un` or as Python strings. The distinct texts stay in memory (phases, engine names,
 * game ids: thousands, not millions), the rows are spilled as indices.
 */
export class TextColumn implements Column {
  readonly #form: 'unicode' | 'objects';
  readonly #spill: Spill;
  readonly #index = new Map<string, number>();
  rows = 0;

  constructor(folder: string, form: 'unicode' | 'objects') {
    this.#form = form;
    this.#spill = new Spill(folder);
  }

  append(text: string): void {
    let index = this.#index.get(text);
    if (index === undefined) {
      index = this.#index.size;
      this.#index.set(text, index);
    }
    this.#spill.writeUint32(index);
    this.rows++;
  }

  *#texts(): Generator<string> {
    const texts = [...this.#index.keys()];
    for (const index of readUint32s(this.#spill)) yield texts[index] ?? '';
  }

  finish(): FinishedArray {
    const close = () => this.#spill.close();
    if (this.#form === 'objects') {
      const items = (hash: Hash) => hashedTexts(this.#texts(), hash);
      const shape = [this.rows];
      return { dtype: { kind: 'object' }, shape, body: (hash) => pickleObjectArray(shape, items(hash)), close };
    }
    let width = 1;
    for (const text of this.#index.keys()) width = Math.max(width, [...text].length);
    const encoded = [...this.#index.keys()].map((text) => encodeText([text], width));
    const spill = this.#spill;
    return {
      dtype: { kind: 'text', width },
      shape: [this.rows],
      size: this.rows * width * 4,
      *body(hash) {
        for (const part of spill.read()) {
          const bytes = Buffer.allocUnsafe(part.length * width);
          for (let row = 0; row < part.length / 4; row++) {
            encoded[part.readUInt32LE(row * 4)]?.copy(bytes, row * width * 4);
          }
          hash.update(bytes);
          yield bytes;
        }
      },
      close,
    };
  }

  close(): void {
    this.#spill.close();
  }
}

function* hashedTexts(texts: Iterable<string>, hash: Hash): Generator<string> {
  for (const text of texts) {
    hash.update(text, 'utf8');
    yield text;
  }
}

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

/** A complete numeric array, given at once. */
export function numericArray(data: NumericData, dtype: NumericDtype, shape: readonly number[]): FinishedArray {
  if (elementCount(shape) !== data.length) throw new TypeError(`shape ${shape} does not fit ${data.length} numbers`);
  const bytes = Buffer.from(encodeNumbers(data, dtype));
  return { dtype: { kind: 'numeric', code: dtype }, shape, ...fixedBody(bytes) };
}

/** A text scalar (`<Un`, shape `()`). */
export function textScalar(text: string): FinishedArray {
  const width = Math.max(1, [...text].length);
  return { dtype: { kind: 'text', width }, shape: [], ...fixedBody(encodeText([text], width)) };
}

/** A pickled dict as a zero-dimensional object array, as the original stores its metadata. */
export function dictScalar(dict: ReadonlyMap<string, string | number | PyFloat>, where: string): FinishedArray {
  return {
    dtype: { kind: 'object' },
    shape: [],
    *body(hash) {
      hash.update(pyStr(new Map<PyValue, PyValue>(dict), where), 'utf8');
      yield* pickleObjectArray([], [dict]);
    },
    close: () => undefined,
  };
}

function fixedBody(bytes: Buffer): Pick<FinishedArray, 'size' | 'body' | 'close'> {
  return {
    size: bytes.length,
    *body(hash) {
      hash.update(bytes);
      yield bytes;
    },
    close: () => undefined,
  };
}

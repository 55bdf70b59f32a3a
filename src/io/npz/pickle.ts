/**
 * Writes the pickle of a NumPy object array (protocol 4), for the original's trainer, which loads policies and
 * strings this way. Constructors are named by the NumPy 1 module path: NumPy 2 keeps it importable for old
 * pickles, NumPy 1 does not know the new one. Output is produced in bounded pieces, whatever the number of items.
 */
import { PyFloat } from './python.ts';

/** An element: text, a Python int, a Python float, a small 1-D array, or a flat dict of the first three. */
export type PickleItem =
  | string
  | number
  | PyFloat
  | Int32Array
  | Float32Array
  | ReadonlyMap<string, string | number | PyFloat>;

const OP = {
  proto: 0x80,
  mark: 0x28,
  stop: 0x2e,
  none: 0x4e,
  newTrue: 0x88,
  newFalse: 0x89,
  int1: 0x4b,
  int2: 0x4d,
  int4: 0x4a,
  long1: 0x8a,
  float: 0x47,
  shortUnicode: 0x8c,
  unicode: 0x58,
  shortBytes: 0x43,
  bytes: 0x42,
  emptyList: 0x5d,
  emptyDict: 0x7d,
  emptyTuple: 0x29,
  tuple: 0x74,
  tuple1: 0x85,
  tuple2: 0x86,
  tuple3: 0x87,
  appends: 0x65,
  setItems: 0x75,
  memoize: 0x94,
  get: 0x68,
  longGet: 0x6a,
  stackGlobal: 0x93,
  reduce: 0x52,
  build: 0x62,
} as const;

/** CPython writes list items in batches of this size, to bound the reader's stack. */
const BATCH = 1000;
const CHUNK_BYTES = 256 * 1024;

/** Pickle of an object array of `shape` whose C-order elements are `items`, in pieces of about 256 KiB. */
export function* pickleObjectArray(shape: readonly number[], items: Iterable<PickleItem>): Generator<Buffer> {
  const out = new PickleBuffer();
  out.prologue(shape);
  let inBatch = 0;
  for (const item of items) {
    if (inBatch === 0) out.op(OP.mark);
    out.item(item);
    if (++inBatch === BATCH) {
      out.op(OP.appends);
      inBatch = 0;
    }
    if (out.length >= CHUNK_BYTES) yield out.take();
  }
  if (inBatch > 0) out.op(OP.appends);
  out.op(OP.tuple, OP.build, OP.stop);
  yield out.take();
}

class PickleBuffer {
  #buffer = Buffer.alloc(2 * CHUNK_BYTES);
  length = 0;
  #memoSize = 0;
  #reconstruct = 0;
  #ndarray = 0;
  #dtype = 0;
  readonly #arrayTypes = new Map<'i4' | 'f4', number>();
  readonly #texts = new Map<string, number>();

  take(): Buffer {
    const part = Buffer.from(this.#buffer.subarray(0, this.length));
    this.length = 0;
    return part;
  }

  prologue(shape: readonly number[]): void {
    this.op(OP.proto, 4);
    this.#reconstruct = this.#global('numpy.core.multiarray', '_reconstruct');
    this.#ndarray = this.#global('numpy', 'ndarray');
    this.#emptyArrayTail();
    this.op(OP.mark);
    this.#int(1);
    this.#shape(shape);
    this.#dtype = this.#global('numpy', 'dtype');
    this.#dtypeTail('O8', '|', 63);
    this.op(OP.newFalse, OP.emptyList);
  }

  item(item: PickleItem): void {
    if (typeof item === 'string') this.#text(item);
    else if (typeof item === 'number') this.#int(item);
    else if (item instanceof PyFloat) this.#float(item.value);
    else if (item instanceof Int32Array) this.#array('i4', item);
    else if (item instanceof Float32Array) this.#array('f4', item);
    else this.#dict(item);
  }

  op(...codes: number[]): void {
    this.#reserve(codes.length);
    for (const code of codes) this.#buffer[this.length++] = code;
  }

  #reserve(bytes: number): void {
    if (this.length + bytes <= this.#buffer.length) return;
    const larger = Buffer.alloc(Math.max(this.#buffer.length * 2, this.length + bytes));
    this.#buffer.copy(larger, 0, 0, this.length);
    this.#buffer = larger;
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Remember what is on top of the stack; returns its memo index. */
  #memoize(): number {
    this.op(OP.memoize);
    return this.#memoSize++;
  }

  #recall(index: number): void {
    if (index < 256) {
      this.op(OP.get, index);
      return;
    }
    this.op(OP.longGet, index & 255, (index >>> 8) & 255, (index >>> 16) & 255, index >>> 24);
  }

  #global(module: string, name: string): number {
    this.#rawText(module);
    this.#rawText(name);
    this.op(OP.stackGlobal);
    return this.#memoize();
  }

  #rawText(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    if (bytes.length < 256) this.op(OP.shortUnicode, bytes.length);
    else this.op(OP.unicode, ...uint32(bytes.length));
    this.#append(bytes);
  }

  #text(text: string): void {
    const known = this.#texts.get(text);
    if (known !== undefined) {
      this.#recall(known);
      return;
    }
    this.#rawText(text);
    this.#texts.set(text, this.#memoize());
  }

  #int(value: number): void {
    if (!Number.isSafeInteger(value)) throw new TypeError(`${value} is not an integer a pickle of ours may hold`);
    if (value >= 0 && value < 256) {
      this.op(OP.int1, value);
      return;
    }
    if (value >= 0 && value < 65536) {
      this.op(OP.int2, value & 255, value >>> 8);
      return;
    }
    if (value >= -(2 ** 31) && value < 2 ** 31) {
      this.op(OP.int4, ...uint32(value));
      return;
    }
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    this.op(OP.long1, 8);
    this.#append(bytes);
  }

  #float(value: number): void {
    this.op(OP.float);
    this.#reserve(8);
    this.#buffer.writeDoubleBE(value, this.length);
    this.length += 8;
  }

  #shape(shape: readonly number[]): void {
    if (shape.length === 0) {
      this.op(OP.emptyTuple);
      return;
    }
    this.op(OP.mark);
    for (const size of shape) this.#int(size);
    this.op(OP.tuple);
  }

  /** `(0,), b'b'` → arguments of _reconstruct, whose two globals are on the stack. */
  #emptyArrayTail(): void {
    this.#int(0);
    this.op(OP.tuple1, OP.shortBytes, 1, 0x62, OP.tuple3, OP.reduce);
  }

  #dtypeTail(code: string, order: string, flags: number): void {
    this.#rawText(code);
    this.op(OP.newFalse, OP.newTrue, OP.tuple3, OP.reduce, OP.mark);
    this.#int(3);
    this.#rawText(order);
    this.op(OP.none, OP.none, OP.none);
    this.#int(-1);
    this.#int(-1);
    this.#int(flags);
    this.op(OP.tuple, OP.build);
  }

  #array(code: 'i4' | 'f4', data: Int32Array | Float32Array): void {
    this.#recall(this.#reconstruct);
    this.#recall(this.#ndarray);
    this.#emptyArrayTail();
    this.op(OP.mark);
    this.#int(1);
    this.#int(data.length);
    this.op(OP.tuple1);
    const known = this.#arrayTypes.get(code);
    if (known !== undefined) this.#recall(known);
    else {
      this.#recall(this.#dtype);
      this.#dtypeTail(code, '<', 0);
      this.#arrayTypes.set(code, this.#memoize());
    }
    this.op(OP.newFalse);
    if (data.byteLength < 256) this.op(OP.shortBytes, data.byteLength);
    else this.op(OP.bytes, ...uint32(data.byteLength));
    this.#append(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    this.op(OP.tuple, OP.build);
  }

  #dict(map: ReadonlyMap<string, string | number | PyFloat>): void {
    this.op(OP.emptyDict, OP.mark);
    for (const [key, value] of map) {
      this.#text(key);
      this.item(value);
    }
    this.op(OP.setItems);
  }
}

const uint32 = (value: number): [number, number, number, number] => [
  value & 255,
  (value >>> 8) & 255,
  (value >>> 16) & 255,
  (value >>> 24) & 255,
];

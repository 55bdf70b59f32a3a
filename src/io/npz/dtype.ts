/**
 * The NPY element types this project reads and writes, and the typed array that holds each. `b1` is held as 0/1
 * bytes; `f2` is widened to float32 in memory. Text (`<Un`, UTF-32) and Python objects are not typed arrays.
 */
export const NUMERIC_DTYPES = ['b1', 'i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f2', 'f4', 'f8'] as const;
export type NumericDtype = (typeof NUMERIC_DTYPES)[number];

export type NumericData =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** What the file stores: a numeric type, text of `width` UTF-32 units, or pickled Python objects. */
export type NpyDtype =
  | { readonly kind: 'numeric'; readonly code: NumericDtype }
  | { readonly kind: 'text'; readonly width: number }
  | { readonly kind: 'object' };

/** Bytes per element on disk. */
export const ITEM_SIZE: Readonly<Record<NumericDtype, number>> = {
  b1: 1,
  i1: 1,
  u1: 1,
  i2: 2,
  u2: 2,
  i4: 4,
  u4: 4,
  i8: 8,
  u8: 8,
  f2: 2,
  f4: 4,
  f8: 8,
};

/** NumPy's name of each type, as `str(array.dtype)` prints it; part of the checksum text. */
const NUMPY_NAME: Readonly<Record<NumericDtype, string>> = {
  b1: 'bool',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

export const isNumericDtype = (code: string): code is NumericDtype =>
  (NUMERIC_DTYPES as readonly string[]).includes(code);

/** Bytes per element on disk; objects have none. */
export function itemSize(dtype: NpyDtype): number {
  if (dtype.kind === 'numeric') return ITEM_SIZE[dtype.code];
  return dtype.kind === 'text' ? dtype.width * 4 : 0;
}

/** The header's `descr`, always little-endian. */
export function descrOf(dtype: NpyDtype): string {
  if (dtype.kind === 'object') return '|O';
  if (dtype.kind === 'text') return `<U${dtype.width}`;
  return `${ITEM_SIZE[dtype.code] === 1 ? '|' : '<'}${dtype.code}`;
}

/** NumPy's printed name: `float32`, `<U4`, `object`. */
export function numpyName(dtype: NpyDtype): string {
  if (dtype.kind === 'object') return 'object';
  return dtype.kind === 'text' ? `<U${dtype.width}` : NUMPY_NAME[dtype.code];
}

/** The element type a typed array is written as when none is named; a Uint8Array is `u1`. */
export function dtypeOfData(data: NumericData): NumericDtype {
  if (data instanceof Int8Array) return 'i1';
  if (data instanceof Uint8Array) return 'u1';
  if (data instanceof Int16Array) return 'i2';
  if (data instanceof Uint16Array) return 'u2';
  if (data instanceof Int32Array) return 'i4';
  if (data instanceof Uint32Array) return 'u4';
  if (data instanceof BigInt64Array) return 'i8';
  if (data instanceof BigUint64Array) return 'u8';
  return data instanceof Float32Array ? 'f4' : 'f8';
}

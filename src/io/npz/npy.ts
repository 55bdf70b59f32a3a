/** One NPY array between bytes and typed values. Object arrays are told apart here and unpickled in `objects.ts`. */
import { parse } from 'npyjs';
import { RrError } from '../../core/errors.ts';
import { dtypeOfData, ITEM_SIZE, type NumericData, type NumericDtype } from './dtype.ts';
import { dataBytes, elementCount, formatNpyHeader, type NpyHeader, parseNpyHeader } from './header.ts';
import { isPyArray, pyArrayItems } from './python.ts';
import { type PyValue, unpickle } from './unpickle.ts';

export interface NumericArray {
  readonly kind: 'numeric';
  readonly dtype: NumericDtype;
  readonly shape: readonly number[];
  /** C order. `b1` as 0/1 bytes, `f2` widened to float32. */
  readonly data: NumericData;
}
export interface TextArray {
  readonly kind: 'text';
  readonly width: number;
  readonly shape: readonly number[];
  readonly values: readonly string[];
}
export interface ObjectArray {
  readonly kind: 'object';
  readonly shape: readonly number[];
  /** C order; the values of a pickle, see `python.ts`. */
  readonly values: readonly PyValue[];
}
export type NpyArray = NumericArray | TextArray | ObjectArray;

/**
 * Decode a whole NPY file. The header is checked against the number of bytes before anything is allocated.
 * @throws RrError FILE_CORRUPT (malformed, wrong size), NPZ_PICKLE_REFUSED (foreign constructor).
 */
export function decodeNpy(bytes: Uint8Array, where: string): NpyArray {
  const header = parseNpyHeader(bytes, where);
  const body = bytes.subarray(header.dataOffset);
  if (header.dtype.kind === 'object') return decodeObjects(header, body, where);
  requireSize(header, body.length, where);
  const { dtype } = header;
  if (dtype.kind === 'text') {
    const values = decodeText(body, dtype.width);
    return { kind: 'text', width: dtype.width, shape: header.shape, values: toCOrder(values, header) };
  }
  const data = decodeNumbers(dtype.code, body, header.bigEndian);
  return { kind: 'numeric', dtype: dtype.code, shape: header.shape, data: numbersToCOrder(data, header) };
}

/** @throws RrError FILE_CORRUPT unless the data are exactly as many bytes as the shape says. */
export function requireSize(header: NpyHeader, bytes: number, where: string): void {
  const expected = dataBytes(header);
  if (expected !== bytes) {
    throw new RrError('FILE_CORRUPT', {
      path: where,
      detail: `has ${bytes} bytes of data where its shape needs ${expected}`,
    });
  }
}

/** Raw little- or big-endian element bytes → typed array. Always a copy, so that the data are aligned and own their memory. */
export function decodeNumbers(dtype: NumericDtype, bytes: Uint8Array, bigEndian: boolean): NumericData {
  const size = ITEM_SIZE[dtype];
  const header = formatNpyHeader({ kind: 'numeric', code: dtype === 'b1' ? 'u1' : dtype }, [bytes.length / size]);
  const file = new Uint8Array(header.length + bytes.length);
  file.set(header);
  file.set(bytes, header.length);
  if (bigEndian && size > 1) swapBytes(file.subarray(header.length), size);
  // npyjs widens f2 itself; its view on the aligned body is what we return
  return parse(file.buffer).data as NumericData;
}

function swapBytes(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else buffer.swap64();
}

/** Fixed-width UTF-32 text; trailing NULs are padding. */
export function decodeText(bytes: Uint8Array, width: number): string[] {
  if (width === 0) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.length / (width * 4));
  const values: string[] = [];
  for (let item = 0; item < count; item++) {
    let text = '';
    let pending = '';
    for (let unit = 0; unit < width; unit++) {
      const code = view.getUint32((item * width + unit) * 4, true);
      // NULs only count when something follows them
      if (code === 0) pending += '\0';
      else {
        text += pending + String.fromCodePoint(Math.min(code, 0x10ffff));
        pending = '';
      }
    }
    values.push(text);
  }
  return values;
}

function decodeObjects(header: NpyHeader, body: Uint8Array, where: string): ObjectArray {
  const value = unpickle(body, where);
  const values = isPyArray(value) ? pyArrayItems(value, where) : [value];
  if (values.length !== elementCount(header.shape)) {
    throw new RrError('FILE_CORRUPT', {
      path: where,
      detail: `its pickle holds ${values.length} elements where the shape needs ${elementCount(header.shape)}`,
    });
  }
  return { kind: 'object', shape: header.shape, values: toCOrder(values, header) };
}

/** Positions in the file of the C-order elements of a Fortran-order array. */
function* fortranPositions(shape: readonly number[]): Generator<number> {
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape) {
    strides.push(stride);
    stride *= size;
  }
  const index = shape.map(() => 0);
  for (let item = 0; item < stride; item++) {
    let position = 0;
    for (let axis = 0; axis < index.length; axis++) position += (index[axis] ?? 0) * (strides[axis] ?? 0);
    yield position;
    for (let axis = index.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
    }
  }
}

const needsTranspose = (header: NpyHeader): boolean => header.fortranOrder && header.shape.length > 1;

function toCOrder<T>(values: T[], header: NpyHeader): T[] {
  if (!needsTranspose(header)) return values;
  const result: T[] = [];
  for (const position of fortranPositions(header.shape)) {
    const value = values[position];
    if (value !== undefined) result.push(value);
  }
  return result;
}

function numbersToCOrder(data: NumericData, header: NpyHeader): NumericData {
  if (!needsTranspose(header)) return data;
  const result = data.slice();
  let item = 0;
  for (const position of fortranPositions(header.shape)) {
    result[item++] = data[position] ?? 0;
  }
  return result;
}

/** Element bytes of numeric data on disk: little-endian, `f2` rounded to nearest even. No copy except for `f2`. */
export function encodeNumbers(data: NumericData, dtype: NumericDtype): Uint8Array {
  if (dtype === 'f2' && !(data instanceof Uint16Array)) return new Uint8Array(toHalf(data).buffer);
  const expected = dtype === 'b1' ? 'u1' : dtype;
  if (dtypeOfData(data) !== expected) throw new TypeError(`data of type ${dtypeOfData(data)} given for ${dtype}`);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** A half-precision copy. @throws TypeError for 64-bit integers, which have no such copy */
function toHalf(data: NumericData): Float16Array {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    throw new TypeError('64-bit integers given for f2');
  return new Float16Array(data);
}

/** UTF-32 bytes of strings padded to `width` code points. @throws TypeError for a longer string. */
export function encodeText(values: readonly string[], width: number): Buffer {
  const bytes = Buffer.alloc(values.length * width * 4);
  values.forEach((value, item) => {
    const points = [...value];
    if (points.length > width) throw new TypeError(`text of ${points.length} characters given for width ${width}`);
    points.forEach((point, unit) => {
      bytes.writeUInt32LE(point.codePointAt(0) ?? 0, (item * width + unit) * 4);
    });
  });
  return bytes;
}

/** A whole NPY file of numeric data. `shape` defaults to one axis. @throws TypeError when shape and data disagree. */
export function encodeNumericNpy(
  data: NumericData,
  shape: readonly number[] = [data.length],
  dtype = dtypeOfData(data),
) {
  if (elementCount(shape) !== data.length) throw new TypeError(`shape ${shape} does not fit ${data.length} elements`);
  return Buffer.concat([formatNpyHeader({ kind: 'numeric', code: dtype }, shape), encodeNumbers(data, dtype)]);
}

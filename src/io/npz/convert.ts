/** From what an array happens to be stored as to what its reader wants; the wrong kind is a typed error. */
import { RrError } from '../../core/errors.ts';
import type { NumericData } from './dtype.ts';
import { decodeNumbers, type NpyArray } from './npy.ts';
import { PyArray, PyFloat, type PyValue, toPlain } from './python.ts';

const wrong = (where: string, wanted: string): RrError =>
  new RrError('FILE_CORRUPT', { path: where, detail: `does not hold ${wanted}` });

/** One text per element, from `<Un` or Python strings. */
export function toTexts(array: NpyArray, where: string): readonly string[] {
  if (array.kind === 'text') return array.values;
  if (array.kind === 'numeric') throw wrong(where, 'text');
  return array.values.map((value) => {
    if (typeof value !== 'string') throw wrong(where, 'text');
    return value;
  });
}

/**
 * Rows of numbers, from any of the forms in which the original's sparse policies occur: a matrix of numbers, a
 * matrix of Python numbers, or an array of small arrays.
 */
export function toRows(array: NpyArray, where: string): readonly NumericData[] {
  const [rows = 0, width] = array.shape;
  if (array.kind === 'text') throw wrong(where, 'rows of numbers');
  if (array.kind === 'numeric') {
    if (array.shape.length !== 2 || width === undefined) throw wrong(where, 'rows of numbers');
    return Array.from({ length: rows }, (_, row) => array.data.subarray(row * width, (row + 1) * width));
  }
  if (width === undefined) return array.values.map((value) => smallArray(value, where));
  return Array.from({ length: rows }, (_, row) =>
    Float64Array.from(array.values.slice(row * width, (row + 1) * width), (value) => pythonNumber(value, where)),
  );
}

/** A small array inside an object array. */
export function smallArray(value: PyValue, where: string): NumericData {
  if (Array.isArray(value)) return Float64Array.from(value, (item) => pythonNumber(item, where));
  if (!(value instanceof PyArray) || !(value.content instanceof Uint8Array)) throw wrong(where, 'rows of numbers');
  const dtype = value.dtype.resolve(where);
  if (dtype.kind !== 'numeric') throw wrong(where, 'rows of numbers');
  return decodeNumbers(dtype.code, value.content, value.dtype.bigEndian);
}

function pythonNumber(value: PyValue, where: string): number {
  if (typeof value === 'number') return value;
  if (value instanceof PyFloat) return value.value;
  throw wrong(where, 'rows of numbers');
}

/** The single element of a zero-dimensional array as a plain value; undefined for arrays with axes. */
export function toScalar(array: NpyArray, where: string): unknown {
  if (array.shape.length > 0) return undefined;
  if (array.kind === 'text') return array.values[0] ?? '';
  if (array.kind === 'object') return toPlain(array.values[0] ?? null, where);
  const [value] = array.data;
  if (array.dtype === 'b1') return value === 1;
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/**
 * The few Python values a NumPy pickle holds, and how Python prints them (the original's checksums hash printed
 * elements). Ints are numbers, or bigints beyond 2^53; floats are wrapped because 1.0 and 1 print differently.
 */
import { RrError } from '../../core/errors.ts';
import { ITEM_SIZE, isNumericDtype, type NpyDtype } from './dtype.ts';

export class PyFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}
export class PyTuple {
  readonly items: readonly PyValue[];
  constructor(items: readonly PyValue[]) {
    this.items = items;
  }
}
/** A constructor the pickle may name; see the table in `unpickle.ts`. */
export class PyGlobal {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
export class PyDtype {
  readonly code: string;
  bigEndian = false;
  constructor(code: string) {
    this.code = code;
  }
  /** @throws RrError FILE_CORRUPT for a type we do not load. */
  resolve(where: string): NpyDtype {
    if (this.code === 'O' || this.code === 'O8') return { kind: 'object' };
    if (isNumericDtype(this.code)) return { kind: 'numeric', code: this.code };
    const text = /^U(\d{1,9})$/.exec(this.code);
    if (text) return { kind: 'text', width: Number(text[1]) };
    throw new RrError('FILE_CORRUPT', { path: where, detail: `elements of type '${this.code}' are not supported` });
  }
}
/** An ndarray inside a pickle, filled in by its BUILD state. */
export class PyArray {
  shape: readonly number[] = [0];
  dtype: PyDtype = new PyDtype('u1');
  fortranOrder = false;
  /** Raw element bytes, or the items of an object array. */
  content: Uint8Array | readonly PyValue[] = new Uint8Array(0);
}
/** A NumPy scalar (`numpy.float32(1)`). */
export class PyScalar {
  readonly dtype: PyDtype;
  readonly bytes: Uint8Array;
  constructor(dtype: PyDtype, bytes: Uint8Array) {
    this.dtype = dtype;
    this.bytes = bytes;
  }
}

export type PyValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PyFloat
  | PyTuple
  | PyGlobal
  | PyDtype
  | PyArray
  | PyScalar
  | PyValue[]
  | Map<PyValue, PyValue>;

export const isPyArray = (value: PyValue): value is PyArray => value instanceof PyArray;

/** Items of an object array. @throws RrError FILE_CORRUPT when it is a numeric array instead. */
export function pyArrayItems(array: PyArray, where: string): PyValue[] {
  if (array.content instanceof Uint8Array) {
    throw new RrError('FILE_CORRUPT', { path: where, detail: 'its pickle holds a numeric array, not objects' });
  }
  return [...array.content];
}

/** Python's `repr(float)`: shortest digits, exponent form below 1e-4 and from 1e16 on. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    const sign = exponent.startsWith('-') ? '-' : '+';
    return `${digits}e${sign}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Python's `repr(str)`. */
function stringRepr(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  let text = '';
  for (const character of value) {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\\' || character === quote) text += `\\${character}`;
    else if (character === '\n') text += '\\n';
    else if (character === '\r') text += '\\r';
    else if (character === '\t') text += '\\t';
    else if (code < 0x20 || (code >= 0x7f && code < 0xa1)) text += `\\x${code.toString(16).padStart(2, '0')}`;
    else text += character;
  }
  return quote + text + quote;
}

/** Nesting beyond this is no metadata of ours or of the original's. */
const MAX_DEPTH = 16;

/** Python's `repr` of plain values. @throws RrError FILE_CORRUPT for values without a stable text, or nested too deeply. */
export function pyRepr(value: PyValue, where: string, depth = 0): string {
  const inner = (item: PyValue) => pyRepr(item, where, depth + 1);
  if (depth > MAX_DEPTH)
    throw new RrError('FILE_CORRUPT', { path: where, detail: 'its objects are nested too deeply' });
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return stringRepr(value);
  if (typeof value === 'number' || typeof value === 'bigint') return value.toString();
  if (value instanceof PyFloat) return floatText(value.value);
  if (Array.isArray(value)) return `[${value.map(inner).join(', ')}]`;
  if (value instanceof PyTuple) {
    return value.items.length === 1 ? `(${inner(value.items[0] ?? null)},)` : `(${value.items.map(inner).join(', ')})`;
  }
  if (value instanceof Map) {
    return `{${[...value].map(([key, item]) => `${inner(key)}: ${inner(item)}`).join(', ')}}`;
  }
  throw new RrError('FILE_CORRUPT', { path: where, detail: 'holds a Python object whose text is not defined' });
}

/** Python's `str`: the text itself for a string, else its repr. */
export const pyStr = (value: PyValue, where: string): string =>
  typeof value === 'string' ? value : pyRepr(value, where);

/** A plain JavaScript value of simple Python values, for printing: dicts become objects, tuples arrays. */
export function toPlain(value: PyValue, where: string, depth = 0): unknown {
  const inner = (item: PyValue) => toPlain(item, where, depth + 1);
  if (depth > MAX_DEPTH)
    throw new RrError('FILE_CORRUPT', { path: where, detail: 'its objects are nested too deeply' });
  if (value instanceof PyFloat) return value.value;
  if (value instanceof PyTuple) return value.items.map(inner);
  if (Array.isArray(value)) return value.map(inner);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, item]) => [pyStr(key, where), inner(item)]));
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  throw new RrError('FILE_CORRUPT', { path: where, detail: 'holds a Python object that is not a plain value' });
}

/** Bytes per element of a pickled numeric array. */
export const pyItemSize = (dtype: NpyDtype): number =>
  dtype.kind === 'numeric' ? ITEM_SIZE[dtype.code] : dtype.kind === 'text' ? dtype.width * 4 : 0;

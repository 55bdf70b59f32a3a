/**
 * The NPY header: magic, version, length, then a Python dict literal with `descr`, `fortran_order` and `shape`
 * (NumPy enhancement proposal 1 and `numpy.lib.format`). Reading accepts versions 1 to 3 and refuses whatever is
 * not exactly such a dict; writing makes version 1, padded so that the data begin at a multiple of 64 bytes and
 * can be mapped or viewed without a copy.
 */
import { RrError } from '../../core/errors.ts';
import { descrOf, isNumericDtype, itemSize, type NpyDtype } from './dtype.ts';

export interface NpyHeader {
  readonly dtype: NpyDtype;
  readonly bigEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Offset of the first data byte in the file. */
  readonly dataOffset: number;
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
const ALIGNMENT = 64;
/** NumPy itself refuses longer headers by default (`max_header_size`). */
const MAX_HEADER_BYTES = 10_000;
/** More dimensions than NumPy supports are a sign of a forged header. */
const MAX_DIMENSIONS = 32;

/** How many leading bytes of a file surely contain its header. */
export const HEADER_PROBE_BYTES = 12 + MAX_HEADER_BYTES;

/**
 * Parse the header at the start of `bytes` (the whole file or its beginning).
 * @throws RrError FILE_CORRUPT, with `where` as the place, for anything malformed, oversized or of an unknown type.
 */
export function parseNpyHeader(bytes: Uint8Array, where: string): NpyHeader {
  const fail = (detail: string): never => {
    throw new RrError('FILE_CORRUPT', { path: where, detail });
  };
  if (bytes.length < 10 || Buffer.compare(bytes.subarray(0, 6), MAGIC) !== 0) fail('is not an NPY array');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = view.getUint8(6);
  if (major < 1 || major > 3) fail(`NPY version ${major} is unknown`);
  if (major > 1 && bytes.length < 12) fail('its header is cut short');
  const start = major === 1 ? 10 : 12;
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES) fail(`a header of ${length} bytes is not plausible`);
  if (start + length > bytes.length) fail('its header is cut short');
  const text = Buffer.from(bytes.subarray(start, start + length)).toString(major === 3 ? 'utf8' : 'latin1');
  const field = (name: string, value: RegExp): string => {
    const found = new RegExp(`['"]${name}['"]\\s*:\\s*${value.source}`).exec(text);
    return found?.[1] ?? fail(`its header has no usable '${name}': ${text.trim().slice(0, 120)}`);
  };
  if (!/^\s*\{.*\}\s*$/s.test(text)) fail('its header is not a dict');
  const descr = field('descr', /['"]([^'"]{1,12})['"]/);
  const dtype = parseDescr(descr) ?? fail(`elements of type '${descr}' are not supported`);
  const fortranOrder = field('fortran_order', /(True|False)/) === 'True';
  const shape = parseShape(field('shape', /\(([0-9L,\s]*)\)/)) ?? fail('its shape is not plausible');
  return { dtype, bigEndian: descr.startsWith('>'), fortranOrder, shape, dataOffset: start + length };
}

function parseDescr(descr: string): NpyDtype | undefined {
  const parts = /^([<>|=]?)([A-Za-z])(\d*)$/.exec(descr);
  if (!parts) return undefined;
  const [, order, letter, digits] = parts;
  if (letter === 'O' && (digits === '' || digits === '8')) return { kind: 'object' };
  if (letter === 'U') {
    const width = Number(digits);
    return Number.isSafeInteger(width * 4) && order !== '>' ? { kind: 'text', width } : undefined;
  }
  if (letter === '?' || (letter === 'b' && digits === '1')) return { kind: 'numeric', code: 'b1' };
  const code = `${letter}${digits}`;
  return isNumericDtype(code) ? { kind: 'numeric', code } : undefined;
}

function parseShape(text: string): number[] | undefined {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length > MAX_DIMENSIONS || !parts.every((part) => /^\d{1,16}L?$/.test(part))) return undefined;
  const shape = parts.map((part) => Number.parseInt(part, 10));
  return Number.isSafeInteger(elementCount(shape)) ? shape : undefined;
}

/** Number of elements of a shape; 1 for a scalar. Not a safe integer when it overflows. */
export const elementCount = (shape: readonly number[]): number => {
  let count = 1;
  let largest = 1;
  for (const size of shape) {
    // a zero dimension must not hide an overflow of the others
    largest *= Math.max(1, size);
    count *= size;
  }
  return Number.isSafeInteger(largest) ? count : Number.POSITIVE_INFINITY;
};

/** Bytes the data of this header take, for everything but objects; not a safe integer when it overflows. */
export const dataBytes = (header: Pick<NpyHeader, 'dtype' | 'shape'>): number =>
  elementCount(header.shape) * itemSize(header.dtype);

/** A shape as Python prints a tuple: `()`, `(702,)`, `(702, 40, 9, 9)`. */
export const shapeText = (shape: readonly number[]): string =>
  shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;

/** Header bytes of a C-order little-endian array, 64-byte aligned. */
export function formatNpyHeader(dtype: NpyDtype, shape: readonly number[]): Buffer {
  const dict = `{'descr': '${descrOf(dtype)}', 'fortran_order': False, 'shape': ${shapeText(shape)}, }`;
  const total = Math.ceil((10 + dict.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = Buffer.alloc(total, 0x20);
  MAGIC.copy(bytes);
  bytes.writeUInt8(1, 6);
  bytes.writeUInt8(0, 7);
  bytes.writeUInt16LE(total - 10, 8);
  bytes.write(dict, 10, 'latin1');
  bytes.write('\n', total - 1, 'latin1');
  return bytes;
}

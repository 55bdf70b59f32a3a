/**
 * The per-array SHA-256 of the original's NPZ files (stored together as JSON in the array `data_checksums`):
 * the shape as Python prints it, the dtype's name, then the C-order bytes; elements of an object array contribute
 * their bytes when they are arrays, else their printed text.
 */
import { createHash, type Hash } from 'node:crypto';
import { RrError } from '../../core/errors.ts';
import { type NpyDtype, numpyName } from './dtype.ts';
import { shapeText } from './header.ts';
import { PyArray, PyScalar, type PyValue, pyStr } from './python.ts';

/** Name of the array that holds the checksums of the others. */
export const CHECKSUM_ARRAY = 'data_checksums';

/** A hash that has taken in shape and type; the caller adds the elements. */
export function beginChecksum(dtype: NpyDtype, shape: readonly number[]): Hash {
  return createHash('sha256').update(shapeText(shape)).update(numpyName(dtype));
}

/** Add one element of an object array. @throws RrError FILE_CORRUPT for an element without a defined text. */
export function hashObject(hash: Hash, value: PyValue, where: string): void {
  if (value instanceof PyArray) {
    if (!(value.content instanceof Uint8Array)) {
      throw new RrError('FILE_CORRUPT', { path: where, detail: 'holds nested object arrays' });
    }
    hash.update(value.content);
  } else if (value instanceof PyScalar) hash.update(value.bytes);
  else hash.update(pyStr(value, where), 'utf8');
}

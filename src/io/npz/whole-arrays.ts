/** Arrays that are known at once, unlike the columns, which grow. */
import type { FinishedArray } from './columns.ts';
import type { NumericData, NumericDtype } from './dtype.ts';
import { elementCount } from './header.ts';
import { encodeNumbers, encodeText } from './npy.ts';
import { pickleObjectArray } from './pickle.ts';
import { type PyFloat, type PyValue, pyStr } from './python.ts';

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

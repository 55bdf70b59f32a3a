/**
 * Differences between a model file and the one that we would write for its weights and description. Reading a model
 * looks at weights and description alone; other programs run the graph beside them, which may be anybody's.
 */
import { readModel, writeModel } from '../net/model/file.ts';
import { readOnnx } from '../net/onnx/read.ts';

/** The first difference, in words; undefined for a file that is ours to the byte. @throws RrError as readModel */
export function foreignPart(bytes: Uint8Array, where: string): string | undefined {
  const ours = writeModel(readModel(bytes, where));
  if (Buffer.compare(ours, bytes) === 0) return undefined;
  return difference('', readOnnx(bytes, where), readOnnx(ours, where)) ?? 'its bytes are laid out differently';
}

function difference(path: string, found: unknown, expected: unknown): string | undefined {
  if (found instanceof Uint8Array && expected instanceof Uint8Array) {
    return Buffer.compare(found, expected) === 0 ? undefined : `${path} holds other bytes`;
  }
  if (isObject(found) && isObject(expected)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
      const inside = difference(path === '' ? key : `${path}.${key}`, found[key], expected[key]);
      if (inside !== undefined) return inside;
    }
    return undefined;
  }
  return Object.is(found, expected) ? undefined : `${path} is ${short(found)} instead of ${short(expected)}`;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const short = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, 60);

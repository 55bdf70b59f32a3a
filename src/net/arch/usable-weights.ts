/** Weights that cannot play: the result of a training that went wrong without an error. */
import type { NetSpec } from './architectures.ts';
import { parametersOf } from './parameters.ts';

/**
 * What makes these weights unusable, in words; undefined when nothing does. A layer whose weights are all zero passes
 * nothing on, so the head behind it answers the same to every position. Biases may be zero.
 */
export function unusable(spec: NetSpec, weights: Float32Array): string | undefined {
  for (const { name, kind, offset, size } of parametersOf(spec).all) {
    const values = weights.subarray(offset, offset + size);
    if (!values.every(Number.isFinite)) return `'${name}' holds values that are not finite`;
    if (kind !== 'bias' && values.every((value) => value === 0)) return `all values of '${name}' are zero`;
  }
  return undefined;
}

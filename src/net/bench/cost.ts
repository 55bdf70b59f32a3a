/** Arithmetic of one evaluation in the Conv form: the yardstick all forms' rates are held against. */
import type { NetSpec } from '../arch/architectures.ts';
import type { BoardBox } from '../arch/boards.ts';
import { parametersOf } from '../arch/parameters.ts';

/**
 * Multiply-adds of one position with `moves` legal moves. Kernels count all nine taps and all cells of the box, since
 * that is what a convolution computes.
 */
export function multiplyAdds(spec: NetSpec, box: BoardBox, moves: number): number {
  const area = box.height * box.width;
  let sum = 0;
  for (const { kind, size } of parametersOf(spec).all) {
    if (kind === 'conv3' || kind === 'cells') sum += size * area;
    else if (kind === 'dense') sum += size;
  }
  return sum + moves * 6 * spec.architecture.embedding;
}

/** Dirichlet noise on the root's priors (Silver et al. 2018): concentration 10 / moves, so that about ten moves gain. */
import type { Random } from '../../engine/random.ts';
import type { Tree } from '../tree/tree.ts';

const TOTAL_CONCENTRATION = 10;

/** prior ← (1 − share) · prior + share · noise. The root must have its priors and no child yet. */
export function mixNoise(tree: Tree, share: number, random: Random): void {
  const width = tree.edgeCount[0];
  const noise = dirichlet(width, TOTAL_CONCENTRATION / width, random);
  let best = 0;
  for (let e = 0; e < width; e++) {
    tree.prior[e] = (1 - share) * tree.prior[e] + share * noise[e];
    if (tree.prior[e] > tree.prior[best]) best = e;
  }
  tree.untriedBest[0] = best;
}

/** A draw from the symmetric Dirichlet distribution. */
export function dirichlet(size: number, concentration: number, random: Random): Float64Array<ArrayBuffer> {
  const draw = new Float64Array(size);
  let total = 0;
  for (let i = 0; i < size; i++) {
    draw[i] = gamma(concentration, random);
    total += draw[i];
  }
  // With a tiny concentration every gamma draw can underflow: then all the mass falls on one place.
  if (total === 0) draw[random.below(size)] = total = 1;
  for (let i = 0; i < size; i++) draw[i] /= total;
  return draw;
}

/** Gamma(shape, 1): Marsaglia & Tsang 2000, with their boost for shapes below one. */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random.unit()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.unit()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

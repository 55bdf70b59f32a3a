/**
 * Selection below the root (Danihelka et al. 2022, §5, Eq. 14) without visiting every legal move: all untried moves
 * share the completed value v_mix, so they enter the softmax as one term weighted by their prior mass, and only the one
 * with the largest prior can be chosen among them. Equal to completed-q.ts up to rounding (tested).
 */
import type { Tree } from '../tree/tree.ts';
import { C_SCALE, C_VISIT, type SigmaScale, TINY } from './completed-q.ts';

/**
 * The edge to follow from an unsolved node with an evaluation. Solved children are passed over: none of them is a win
 * for the mover (the node would be solved), and visiting them teaches nothing.
 */
export function selectInterior(tree: Tree, node: number, scale?: SigmaScale): number {
  const { players, firstChild, nextSibling, visits, solved, raw, sum, prior, parentEdge } = tree;
  const seat = tree.mover[node];
  const untried = tree.untriedBest[node];

  let sumVisits = 0;
  let maxVisits = 0;
  let sumPrior = 0;
  let weighted = 0;
  let largestQ = Number.NEGATIVE_INFINITY;
  for (let c = firstChild[node]; c >= 0; c = nextSibling[c]) {
    const n = visits[c];
    const p = Math.max(prior[parentEdge[c]], TINY);
    const q = solved[c] === 1 ? raw[c * players + seat] : sum[c * players + seat] / n;
    sumVisits += n;
    if (n > maxVisits) maxVisits = n;
    sumPrior += p;
    weighted += p * q;
    if (q > largestQ) largestQ = q;
  }
  if (sumVisits === 0) return untried;

  const factor = scale ? (scale.cVisit + maxVisits) * scale.cScale : (C_VISIT + maxVisits) * C_SCALE;
  const mixed = (raw[node * players + seat] + (sumVisits * weighted) / sumPrior) / (1 + sumVisits);
  if (untried >= 0 && mixed > largestQ) largestQ = mixed;

  const untriedBoost = untried >= 0 ? Math.exp(factor * (mixed - largestQ)) : 0;
  let total = untriedBoost * tree.untriedMass[node];
  for (let c = firstChild[node]; c >= 0; c = nextSibling[c]) {
    const q = solved[c] === 1 ? raw[c * players + seat] : sum[c * players + seat] / visits[c];
    total += Math.max(prior[parentEdge[c]], TINY) * Math.exp(factor * (q - largestQ));
  }

  let best = untried;
  let bestScore = untried >= 0 ? (Math.max(prior[untried], TINY) * untriedBoost) / total : Number.NEGATIVE_INFINITY;
  for (let c = firstChild[node]; c >= 0; c = nextSibling[c]) {
    if (solved[c] === 1) continue;
    const edge = parentEdge[c];
    const q = sum[c * players + seat] / visits[c];
    const policy = (Math.max(prior[edge], TINY) * Math.exp(factor * (q - largestQ))) / total;
    const score = policy - visits[c] / (1 + sumVisits);
    if (score > bestScore || (score === bestScore && edge < best)) {
      bestScore = score;
      best = edge;
    }
  }
  return best;
}

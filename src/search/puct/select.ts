/** The PUCT rule, in time proportional to the moves tried: of the untried ones only the largest prior can win. */
import type { Tree } from '../tree/tree.ts';

export interface PuctConstants {
  /** Exploration rate log((1 + ΣN + base) / base) + init. AlphaZero: 1.25 and 19652. */
  readonly init: number;
  readonly base: number;
  /**
   * First-play urgency: an untried move is worth the node's value minus this times √(prior mass tried). Values span
   * [−1, 1]; 0.2–0.5 are usual (KataGo 0.2, Leela Chess Zero 0.33).
   */
  readonly urgencyLoss: number;
}
export const DEFAULT_PUCT: PuctConstants = { init: 1.25, base: 19_652, urgencyLoss: 0.25 };

/** The edge to follow from an unsolved node with an evaluation; solved children are passed over unless all are. */
export function selectPuct(tree: Tree, node: number, constants: PuctConstants): number {
  const { players, firstChild, nextSibling, visits, solved, sum, raw, prior, parentEdge } = tree;
  const seat = tree.mover[node];
  let sumVisits = 0;
  let sumValue = raw[node * players + seat];
  for (let c = firstChild[node]; c >= 0; c = nextSibling[c]) {
    sumVisits += visits[c];
    sumValue += solved[c] === 1 ? visits[c] * raw[c * players + seat] : sum[c * players + seat];
  }
  const rate =
    (Math.log((1 + sumVisits + constants.base) / constants.base) + constants.init) * Math.sqrt(Math.max(1, sumVisits));
  const untried = tree.untriedBest[node];
  let best = untried;
  let bestScore = Number.NEGATIVE_INFINITY;
  if (untried >= 0) {
    const urgency = sumValue / (1 + sumVisits) - constants.urgencyLoss * Math.sqrt(1 - tree.untriedMass[node]);
    bestScore = urgency + rate * prior[untried];
  }
  for (let c = firstChild[node]; c >= 0; c = nextSibling[c]) {
    if (solved[c] === 1) continue;
    const edge = parentEdge[c];
    const score = sum[c * players + seat] / visits[c] + (rate * prior[edge]) / (1 + visits[c]);
    if (score > bestScore || (score === bestScore && edge < best)) {
      bestScore = score;
      best = edge;
    }
  }
  return best;
}

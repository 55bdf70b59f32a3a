/** What a finished search says about its decision, read off the root's children. */
import type { Random } from '../../engine/random.ts';
import type { Tree } from './tree.ts';

/** Visits of every legal move of the root. */
export function rootVisits(tree: Tree): Int32Array<ArrayBuffer> {
  const visits = new Int32Array(tree.edgeCount[0]);
  for (let c = tree.firstChild[0]; c >= 0; c = tree.nextSibling[c]) visits[tree.parentEdge[c]] = tree.visits[c];
  return visits;
}

/** Values of the root's moves for the player on turn; 0 where a move was not visited. */
export function rootQ(tree: Tree): Float64Array<ArrayBuffer> {
  const q = new Float64Array(tree.edgeCount[0]);
  const seat = tree.mover[0];
  for (let c = tree.firstChild[0]; c >= 0; c = tree.nextSibling[c]) {
    if (tree.visits[c] > 0) q[tree.parentEdge[c]] = tree.mean(c, seat);
  }
  return q;
}

export function rootPriors(tree: Tree): Float32Array<ArrayBuffer> {
  return tree.prior.slice(0, tree.edgeCount[0]);
}

/**
 * The search's estimate of the position, one value per seat: the evaluator's value and all simulations, averaged; the
 * exact outcome if the root is solved. Summed over moves in legal order, so that it does not depend on the order in
 * which simulations came back.
 */
export function rootValue(tree: Tree): Float64Array<ArrayBuffer> {
  const { players, raw, child, visits } = tree;
  const value = new Float64Array(players);
  for (let seat = 0; seat < players; seat++) value[seat] = raw[seat];
  if (tree.solved[0] === 1) return value;
  let total = 1;
  for (let e = 0; e < tree.edgeCount[0]; e++) {
    const c = child[e];
    if (c < 0 || visits[c] === 0) continue;
    for (let seat = 0; seat < players; seat++) value[seat] += visits[c] * tree.mean(c, seat);
    total += visits[c];
  }
  for (let seat = 0; seat < players; seat++) value[seat] /= total;
  return value;
}

/** First move that keeps the exact value of a solved root; −1 if the root is not solved. */
export function solvedMove(tree: Tree): number {
  if (tree.solved[0] === 0) return -1;
  const { players, raw, child, solved } = tree;
  const seat = tree.mover[0];
  for (let e = 0; e < tree.edgeCount[0]; e++) {
    const c = child[e];
    if (c >= 0 && solved[c] === 1 && raw[c * players + seat] === raw[seat]) return e;
  }
  throw new Error('a solved root has no child with its value');
}

/** An index drawn with probability ∝ weight^(1/temperature); the first largest weight when temperature is 0. */
export function sampleIndex(weights: ArrayLike<number>, temperature: number, random: Random): number {
  let largest = 0;
  for (let i = 1; i < weights.length; i++) if (weights[i] > weights[largest]) largest = i;
  if (temperature <= 0) return largest;
  const top = weights[largest];
  const heated = (i: number): number => (weights[i] / top) ** (1 / temperature);
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += heated(i);
  let left = random.unit() * total;
  for (let i = 0; i < weights.length; i++) {
    left -= heated(i);
    if (left < 0) return i;
  }
  return largest;
}

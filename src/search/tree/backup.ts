/**
 * What a finished simulation tells its ancestors. Every node keeps the mean of a vector with one value per seat, and
 * whoever decides at a node looks at his own component: max^n (Luckhardt & Irani 1986) in its averaging form. With two
 * seats and exactly opposite values this is negamax.
 *
 * Exact results travel separately (after Winands et al. 2008, "Monte-Carlo Tree Search Solver", and its max^n form in
 * Nijssen & Winands 2013): a node is solved when its mover has a child that is a proven win for him, or when all its
 * children are solved. Between equally good solved children the first legal move counts.
 */
import type { Tree } from './tree.ts';

/** Adds the value of `node` to it and to its ancestors, up to but not including `stop` (−1: the root too). */
export function backUp(tree: Tree, node: number, stop: number): void {
  const { players, raw, sum, visits, parent } = tree;
  const first = node * players;
  for (let at = node; at !== stop; at = parent[at]) {
    visits[at]++;
    const base = at * players;
    for (let seat = 0; seat < players; seat++) sum[base + seat] += raw[first + seat];
  }
}

/** Tells the ancestors of a node that has just been solved. */
export function propagateSolved(tree: Tree, solvedNode: number): void {
  const { parent, mover, raw, solved, solvedChildren, edgeCount, players } = tree;
  for (let child = solvedNode, node = parent[child]; node >= 0; child = node, node = parent[node]) {
    solvedChildren[node]++;
    if (solved[node] === 1) return;
    let source = child;
    if (raw[child * players + mover[node]] < 1) {
      if (solvedChildren[node] < edgeCount[node]) return;
      source = bestSolvedChild(tree, node);
    }
    for (let seat = 0; seat < players; seat++) raw[node * players + seat] = raw[source * players + seat];
    solved[node] = 1;
  }
}

function bestSolvedChild(tree: Tree, node: number): number {
  const { child, raw, players } = tree;
  const seat = tree.mover[node];
  const start = tree.edgeStart[node];
  const end = start + tree.edgeCount[node];
  let best = child[start];
  for (let e = start + 1; e < end; e++) {
    if (raw[child[e] * players + seat] > raw[best * players + seat]) best = child[e];
  }
  return best;
}

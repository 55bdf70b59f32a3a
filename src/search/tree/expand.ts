/** How nodes come to be: a position is derived, then an evaluator's answer gives it priors and a value. */

import { RrError } from '../../core/errors.ts';
import { Kind, kindOf } from '../../engine/moves.ts';
import type { EvaluationBatch } from '../evaluators/evaluator.ts';
import type { Tree } from './tree.ts';
import type { Workbench } from './workbench.ts';

/** Starts a tree at the decision on the workbench. */
export function plantRoot(tree: Tree, bench: Workbench): number {
  tree.clear();
  const root = tree.addNode(-1, -1);
  tree.states.save(root, bench.bytes);
  tree.addMoves(root, bench.state.player - 1, bench.legal);
  return root;
}

/**
 * Adds the child behind an untried edge and leaves its position on the workbench. A finished game makes a solved node
 * with its exact value; any other awaits evaluation.
 */
export function addChild(tree: Tree, bench: Workbench, node: number, edge: number): number {
  tree.states.load(node, bench.bytes);
  bench.play(tree.move[edge]);
  const child = tree.addNode(node, edge);
  tree.markTried(node, edge);
  if (kindOf(tree.move[edge]) === Kind.swap) tree.swapped[child] ^= 1;
  const swapped = tree.swapped[child];
  const { state } = bench;
  if (state.isOver) {
    writeOutcome(tree.raw, child * tree.players, tree.players, (state.winner - 1) ^ swapped);
    tree.solved[child] = 1;
  } else {
    tree.states.save(child, bench.bytes);
    tree.addMoves(child, (state.player - 1) ^ swapped, bench.legal);
  }
  return child;
}

/** +1 for the winning seat, −1 for the others; an even share each when nobody won (`winner` out of range). */
export function writeOutcome(values: Float32Array, first: number, players: number, winner: number): void {
  const decided = winner >= 0 && winner < players;
  for (let seat = 0; seat < players; seat++) {
    values[first + seat] = decided ? (seat === winner ? 1 : -1) : 2 / players - 1;
  }
}

/**
 * Takes the evaluator's answer for a node: value vector and priors (softmax of the logits over its moves).
 * @throws RrError EVALUATOR_NOT_FINITE
 */
export function takeEvaluation(tree: Tree, node: number, batch: EvaluationBatch, slot: number, id: string): void {
  const { players, prior } = tree;
  const values = batch.values;
  for (let seat = 0; seat < players; seat++) {
    const value = values[slot * players + seat];
    if (!(value >= -1.001 && value <= 1.001)) refuse(id, value, 'a value', tree.edgeCount[node]);
    tree.raw[node * players + (seat ^ tree.swapped[node])] = value;
  }
  const logits = batch.logits;
  const from = batch.offsets[slot];
  const start = tree.edgeStart[node];
  const count = tree.edgeCount[node];
  let largest = Number.NEGATIVE_INFINITY;
  let best = -1;
  for (let i = 0; i < count; i++) {
    const logit = logits[from + i];
    if (!Number.isFinite(logit)) refuse(id, logit, 'a logit', count);
    if (logit > largest) {
      largest = logit;
      best = i;
    }
  }
  let total = 0;
  for (let i = 0; i < count; i++) {
    const weight = Math.exp(logits[from + i] - largest);
    prior[start + i] = weight;
    total += weight;
  }
  const scale = 1 / total;
  for (let i = 0; i < count; i++) prior[start + i] *= scale;
  tree.untriedMass[node] = 1;
  tree.untriedBest[node] = start + best;
}

function refuse(id: string, value: number, what: string, moves: number): never {
  throw new RrError('EVALUATOR_NOT_FINITE', { id, value, what, moves });
}

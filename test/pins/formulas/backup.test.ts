/** What a tree knows of its nodes, by hand: backup of vectors, exact values, priors, results at the root. */
import { describe, expect, it } from 'vitest';
import type { EvaluationBatch } from '../../../src/search/evaluators/evaluator.ts';
import { backUp, propagateSolved } from '../../../src/search/tree/backup.ts';
import { takeEvaluation, writeOutcome } from '../../../src/search/tree/expand.ts';
import { rootPriors, rootQ, rootValue, rootVisits, sampleIndex, solvedMove } from '../../../src/search/tree/root.ts';
import type { Tree } from '../../../src/search/tree/tree.ts';
import { addNode, emptyTree, handTree, Script } from './hand-tree.ts';

const seats = (values: Float32Array | Float64Array, node: number, players = 3): number[] => [
  ...values.subarray(node * players, (node + 1) * players),
];

/** A root of seat 0 with two moves, a node of seat 1 with two moves behind the first of them, and its first leaf. */
function chain(): Tree {
  const tree = emptyTree(3);
  addNode(tree, -1, 0, 0, 2);
  addNode(tree, 0, 0, 1, 2);
  addNode(tree, 1, 0, 2, 2);
  return tree;
}

function solve(tree: Tree, node: number, exact: readonly number[]): void {
  tree.solved[node] = 1;
  tree.raw.set(exact, 3 * node);
  propagateSolved(tree, node);
}

describe('backup', () => {
  it('adds the vector of the leaf, unchanged, to every ancestor', () => {
    const tree = chain();
    tree.raw.set([0.5, -0.25, -0.75], 6);
    backUp(tree, 2, -1);
    tree.raw.set([-0.5, 1, -0.5], 3);
    backUp(tree, 1, -1);
    expect([...tree.visits.subarray(0, 3)]).toEqual([2, 2, 1]);
    expect(seats(tree.sum, 0)).toEqual([0, 0.75, -1.25]);
    expect(seats(tree.sum, 1)).toEqual([0, 0.75, -1.25]);
    expect(seats(tree.sum, 2)).toEqual([0.5, -0.25, -0.75]);
    expect([tree.mean(1, 1), tree.mean(2, 2)]).toEqual([0.375, -0.75]);
  });

  it('ends before the node it shall stop at', () => {
    const tree = chain();
    tree.raw.set([1, -1, -1], 6);
    backUp(tree, 2, 0);
    expect([...tree.visits.subarray(0, 3)]).toEqual([0, 1, 1]);
  });
});

describe('exact values', () => {
  it('a win of the mover solves his node at once, and not that of another seat', () => {
    const tree = chain();
    solve(tree, 2, [-1, 1, -1]);
    expect([...tree.solved.subarray(0, 3)]).toEqual([0, 1, 1]);
    expect(seats(tree.raw, 1)).toEqual([-1, 1, -1]);
    expect([...tree.solvedChildren.subarray(0, 2)]).toEqual([1, 1]);
  });

  it('otherwise all children must be solved; the best for the mover counts, the first move of equals', () => {
    const tree = chain();
    const second = addNode(tree, 1, 1, 0, 2);
    solve(tree, second, [-1, -1, 1]);
    expect(tree.solved[1]).toBe(0);
    solve(tree, 2, [1, -1, -1]);
    expect(tree.solved[1]).toBe(1);
    expect(seats(tree.raw, 1)).toEqual([1, -1, -1]);
    // The root's mover has won with his first move: the second one, never tried, does not matter.
    expect(tree.solved[0]).toBe(1);
    expect(seats(tree.raw, 0)).toEqual([1, -1, -1]);
    expect(solvedMove(tree)).toBe(0);
  });

  it('a draw is better than a loss', () => {
    const tree = chain();
    const draw = addNode(tree, 1, 1, 0, 2);
    solve(tree, 2, [1, -1, -1]);
    solve(tree, draw, [-0.25, -0.25, -0.25]);
    expect(seats(tree.raw, 1)).toEqual([-0.25, -0.25, -0.25]);
  });

  it('the outcome of a game: +1 and −1, an even share where nobody won', () => {
    const values = new Float32Array(5);
    writeOutcome(values, 1, 3, 1);
    expect([...values]).toEqual([0, -1, 1, -1, 0]);
    writeOutcome(values, 0, 4, -1);
    // 2 / 4 − 1
    expect([...values]).toEqual([-0.5, -0.5, -0.5, -0.5, 0]);
  });
});

describe('an evaluation', () => {
  const batch = (logits: readonly number[], values: readonly number[]): EvaluationBatch => ({
    capacity: 1,
    count: 1,
    room: 0,
    fill: 1,
    offsets: Int32Array.of(0, logits.length),
    logits: Float32Array.from(logits),
    values: Float32Array.from(values),
    reset() {},
    add: () => 0,
    run() {},
  });

  it('gives priors by softmax, and values to seats', () => {
    const tree = emptyTree(2);
    addNode(tree, -1, 0, 0, 3);
    // e^0 : e^{ln 2} : e^0 = 1 : 2 : 1
    takeEvaluation(tree, 0, batch([0, Math.LN2, 0], [0.25, -0.25]), 0, 'by hand');
    expect(rootPriors(tree)[0]).toBeCloseTo(0.25, 6);
    expect(rootPriors(tree)[1]).toBeCloseTo(0.5, 6);
    expect([tree.untriedMass[0], tree.untriedBest[0]]).toEqual([1, 1]);
    expect(seats(tree.raw, 0, 2)).toEqual([0.25, -0.25]);
  });

  it('after the pie rule player 1 is the person of seat 1', () => {
    const tree = emptyTree(2);
    addNode(tree, -1, 0, 0, 2);
    tree.swapped[0] = 1;
    takeEvaluation(tree, 0, batch([0, 0], [0.25, -0.25]), 0, 'by hand');
    expect(seats(tree.raw, 0, 2)).toEqual([-0.25, 0.25]);
  });

  it('a move that is tried leaves the rest of the prior mass and the next best move', () => {
    const tree = handTree({
      mover: 0,
      raw: [0, 0],
      priors: [0.125, 0.5, 0.25, 0.125],
      children: [{ edge: 1, visits: 1, mean: [0, 0] }],
    });
    expect([tree.untriedMass[0], tree.untriedBest[0]]).toEqual([0.5, 2]);
  });
});

describe('the root', () => {
  const children = [
    { edge: 2, visits: 2, mean: [0.5, -0.25, -0.25] },
    // Exact, whatever its simulations averaged.
    { edge: 0, visits: 4, mean: [0.75, 0, -0.75], exact: [-1, 1, -1] },
  ];
  const tree = handTree({ mover: 0, raw: [0, -0.5, 0.5], priors: [0.25, 0.25, 0.25, 0.25], children });

  it('visits and values by move', () => {
    expect([...rootVisits(tree)]).toEqual([4, 0, 2, 0]);
    expect([...rootQ(tree)]).toEqual([-1, 0, 0.5, 0]);
    expect(solvedMove(tree)).toBe(-1);
  });

  it('value: the evaluation and all simulations, exact where solved', () => {
    // (0 − 4 + 1) / 7, (−0.5 + 4 − 0.5) / 7, (0.5 − 4 − 0.5) / 7
    const [a, b, c] = rootValue(tree);
    expect(a).toBeCloseTo(-3 / 7, 12);
    expect(b).toBeCloseTo(3 / 7, 12);
    expect(c).toBeCloseTo(-4 / 7, 12);
  });

  it('value: exact once the root is solved', () => {
    const solved = handTree({ mover: 1, raw: [-1, 1, -1], priors: [0.5, 0.5, 0, 0], children });
    solved.solved[0] = 1;
    expect([...rootValue(solved)]).toEqual([-1, 1, -1]);
    expect(solvedMove(solved)).toBe(0);
  });

  it('a draw by weight^(1 / temperature)', () => {
    // Temperature ½: squares of 1, 0, 2 over the largest: ¼, 0, 1, total 1.25. 0.19 · 1.25 = 0.2375, 0.21 · 1.25 = 0.2625
    expect(sampleIndex([1, 0, 2], 0.5, new Script({ units: [0.19] }))).toBe(0);
    expect(sampleIndex([1, 0, 2], 0.5, new Script({ units: [0.21] }))).toBe(2);
    // Temperature 1: ½, 0, 1, total 1.5: 0.33 · 1.5 = 0.495, 0.34 · 1.5 = 0.51
    expect(sampleIndex([1, 0, 2], 1, new Script({ units: [0.33] }))).toBe(0);
    expect(sampleIndex([1, 0, 2], 1, new Script({ units: [0.34] }))).toBe(2);
    expect(sampleIndex([1, 2, 2], 0, new Script({}))).toBe(1);
  });
});

/** Trees with numbers written by hand, draws in a fixed order, and the place where a choice tips over. */
import { expect } from 'vitest';
import { MoveList } from '../../../src/engine/moves.ts';
import { Random } from '../../../src/engine/random.ts';
import { createRules } from '../../../src/engine/rules.ts';
import { Tree } from '../../../src/search/tree/tree.ts';

export interface Child {
  readonly edge: number;
  readonly visits: number;
  /** Mean of its simulations by seat. */
  readonly mean: readonly number[];
  /** Its exact value, if it is solved. */
  readonly exact?: readonly number[];
}

export interface Root {
  readonly mover: number;
  /** The evaluator's value by seat: as many seats as numbers. */
  readonly raw: readonly number[];
  readonly priors: readonly number[];
  readonly children: readonly Child[];
}

export const emptyTree = (players: 2 | 3 | 4): Tree => new Tree(createRules('hex8', players), 16);

/** Adds a node with so many moves behind an edge of `parent`; −1 for the root. */
export function addNode(tree: Tree, parent: number, edge: number, mover: number, moves: number): number {
  const node = tree.addNode(parent, parent < 0 ? -1 : tree.edgeStart[parent] + edge);
  const legal = new MoveList();
  for (let i = 0; i < moves; i++) legal.push(i);
  tree.addMoves(node, mover, legal);
  return node;
}

/** A root and its children, in the order in which they were tried. */
export function handTree({ mover, raw, priors, children }: Root): Tree {
  const players = raw.length;
  if (players !== 2 && players !== 3 && players !== 4) throw new RangeError(`${players} seats`);
  const tree = emptyTree(players);
  addNode(tree, -1, 0, mover, priors.length);
  tree.raw.set(raw, 0);
  tree.prior.set(priors, 0);
  tree.untriedMass[0] = 1;
  tree.untriedBest[0] = priors.indexOf(Math.max(...priors));
  for (const { edge, visits, mean, exact } of children) {
    const node = addNode(tree, 0, edge, mover, 2);
    tree.markTried(0, edge);
    tree.visits[node] = visits;
    mean.forEach((value, seat) => {
      tree.sum[node * players + seat] = visits * value;
    });
    if (exact) {
      tree.solved[node] = 1;
      tree.solvedChildren[0]++;
      tree.raw.set(exact, node * players);
    }
  }
  return tree;
}

/** The choice is `below` just below the point, and `above` just above it. */
export function tips(at: number, below: number, above: number, choice: (x: number) => number): void {
  const margin = 0.002;
  expect([choice(at - margin), choice(at + margin)]).toEqual([below, above]);
}

/** Draws given in advance; 0 for normals and a half for units when they run out. */
export class Script extends Random {
  private readonly normals: number[];
  private readonly units: number[];
  private readonly gumbels: number[];

  constructor({
    normals = [],
    units = [],
    gumbels = [],
  }: { normals?: number[]; units?: number[]; gumbels?: number[] }) {
    super(0);
    this.normals = [...normals];
    this.units = [...units];
    this.gumbels = [...gumbels];
  }

  override normal(): number {
    return this.normals.shift() ?? 0;
  }

  override unit(): number {
    return this.units.shift() ?? 0.5;
  }

  override gumbel(): number {
    return this.gumbels.shift() ?? super.gumbel();
  }
}

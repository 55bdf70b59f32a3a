/**
 * A search tree in flat typed arrays. A node is a number, its moves are a slice of the edge arrays, and the index of a
 * move in that slice is its index in the position's legal list. Nodes are numbered in order of creation, so a child's
 * number and its slice always lie beyond its parent's.
 *
 *   node  0 (root)          1                2            …
 *         edgeStart ─┐      edgeStart ─┐
 *   edge  │ 0 1 2 … │ n₀ … n₀+n₁ │ …
 *         move, prior, child (−1 until visited)
 *
 * Values are vectors with one number per seat, and seats are persons: under the pie rule two persons exchange colours,
 * and from there on the engine's players 1 and 2 stand for seats 1 and 0 of the root.
 *
 * The children that exist are also chained (firstChild, nextSibling): selection then costs time in proportion to the
 * moves tried, not to the moves legal, which matters where a position has a thousand of them. What selection needs of
 * the untried ones is kept per node: their prior mass and the one with the largest prior.
 *
 * Arrays grow by doubling and are kept for the next search: in the steady state a simulation allocates nothing.
 */
import type { MoveList } from '../../engine/moves.ts';
import type { Rules } from '../../engine/rules.ts';
import { StateStore } from './state-store.ts';

/** mover of a node whose game is over. */
export const NOBODY = 255;

export class Tree {
  readonly players: number;
  readonly states: StateStore;
  nodes = 0;
  edges = 0;

  /** Simulations that passed through or ended in the node. */
  visits = new Int32Array(0);
  parent = new Int32Array(0);
  /** Edge of the parent that leads here; −1 at the root. */
  parentEdge = new Int32Array(0);
  edgeStart = new Int32Array(0);
  edgeCount = new Int32Array(0);
  firstChild = new Int32Array(0);
  nextSibling = new Int32Array(0);
  /** Seat whose decision it is, as the root numbers seats (player − 1 unless the pie rule was used in between). */
  mover = new Uint8Array(0);
  /** 1 when the pie rule was used between the root and here: what the engine calls player 1 is seat 1 of the root. */
  swapped = new Uint8Array(0);
  /** 1 when `raw` is the exact outcome under best play of everybody. */
  solved = new Uint8Array(0);
  solvedChildren = new Int32Array(0);
  /** Prior mass of the edges without a child, and the edge with the largest prior among them (−1: none left). */
  untriedMass = new Float64Array(0);
  untriedBest = new Int32Array(0);
  /** raw[node · players + seat]: what the evaluator said, or the exact value of a solved node. */
  raw = new Float32Array(0);
  /** sum[node · players + seat]: sum of the values of its simulations. */
  sum = new Float64Array(0);

  move = new Int32Array(0);
  /** Softmax of the logits over the node's moves. */
  prior = new Float32Array(0);
  child = new Int32Array(0);

  constructor(rules: Rules, stateBytes: number) {
    this.players = rules.players;
    this.states = new StateStore(stateBytes);
  }

  clear(): void {
    this.nodes = 0;
    this.edges = 0;
  }

  /** Bytes held, used or not. */
  get bytes(): number {
    return this.states.bytes + this.visits.length * (9 * 4 + 8 + 3 + 12 * this.players) + this.move.length * 12;
  }

  /** Adds a node without moves behind an edge of `parent` (both −1 for the root). */
  addNode(parent: number, edge: number): number {
    const node = this.nodes++;
    if (node >= this.visits.length) this.#growNodes();
    this.visits[node] = 0;
    this.parent[node] = parent;
    this.parentEdge[node] = edge;
    this.edgeStart[node] = this.edges;
    this.edgeCount[node] = 0;
    this.firstChild[node] = -1;
    this.mover[node] = NOBODY;
    this.solved[node] = 0;
    this.swapped[node] = parent < 0 ? 0 : this.swapped[parent];
    this.solvedChildren[node] = 0;
    this.untriedMass[node] = 0;
    this.untriedBest[node] = -1;
    const first = node * this.players;
    for (let seat = 0; seat < this.players; seat++) {
      this.raw[first + seat] = 0;
      this.sum[first + seat] = 0;
    }
    if (parent >= 0) {
      this.child[edge] = node;
      this.nextSibling[node] = this.firstChild[parent];
      this.firstChild[parent] = node;
    }
    return node;
  }

  /** Gives the newest node its mover and moves. */
  addMoves(node: number, mover: number, legal: MoveList): void {
    const start = this.edges;
    const end = start + legal.length;
    while (end > this.move.length) this.#growEdges(end);
    const moves = legal.moves;
    for (let i = 0; i < legal.length; i++) {
      this.move[start + i] = moves[i];
      this.child[start + i] = -1;
    }
    this.mover[node] = mover;
    this.edgeCount[node] = legal.length;
    this.edges = end;
  }

  /** Takes an edge that just got its child out of the untried ones of `node`. */
  markTried(node: number, edge: number): void {
    this.untriedMass[node] = Math.max(0, this.untriedMass[node] - this.prior[edge]);
    if (this.untriedBest[node] !== edge) return;
    const { prior, child } = this;
    const start = this.edgeStart[node];
    const end = start + this.edgeCount[node];
    let best = -1;
    let bestPrior = -1;
    for (let e = start; e < end; e++) {
      if (prior[e] > bestPrior && child[e] < 0) {
        bestPrior = prior[e];
        best = e;
      }
    }
    this.untriedBest[node] = best;
    if (best < 0) this.untriedMass[node] = 0;
  }

  /** Mean value of a visited node for a seat; the exact one once solved. */
  mean(node: number, seat: number): number {
    const i = node * this.players + seat;
    return this.solved[node] === 1 ? this.raw[i] : this.sum[i] / this.visits[node];
  }

  #growNodes(): void {
    const n = Math.max(32, this.visits.length * 2);
    this.visits = grownInt32(this.visits, n);
    this.parent = grownInt32(this.parent, n);
    this.parentEdge = grownInt32(this.parentEdge, n);
    this.edgeStart = grownInt32(this.edgeStart, n);
    this.edgeCount = grownInt32(this.edgeCount, n);
    this.firstChild = grownInt32(this.firstChild, n);
    this.nextSibling = grownInt32(this.nextSibling, n);
    this.solvedChildren = grownInt32(this.solvedChildren, n);
    this.untriedBest = grownInt32(this.untriedBest, n);
    this.mover = grownUint8(this.mover, n);
    this.solved = grownUint8(this.solved, n);
    this.swapped = grownUint8(this.swapped, n);
    this.untriedMass = grownFloat64(this.untriedMass, n);
    this.sum = grownFloat64(this.sum, n * this.players);
    this.raw = grownFloat32(this.raw, n * this.players);
  }

  #growEdges(needed: number): void {
    const n = Math.max(1024, needed, this.move.length * 2);
    this.move = grownInt32(this.move, n);
    this.child = grownInt32(this.child, n);
    this.prior = grownFloat32(this.prior, n);
  }
}

function grownInt32(old: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(old);
  return larger;
}
function grownUint8(old: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(old);
  return larger;
}
function grownFloat32(old: Float32Array, length: number): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(length);
  larger.set(old);
  return larger;
}
function grownFloat64(old: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(old);
  return larger;
}

/** What a search found about a decision, for people and programs. */
import { type MoveJson, moveToJson } from '../../engine/json/move.ts';
import { moveNotation } from '../../engine/notation.ts';
import { State } from '../../engine/state.ts';
import { rootPriors, rootQ, rootValue, rootVisits } from '../tree/root.ts';
import type { Tree } from '../tree/tree.ts';
import type { GumbelSearch } from './gumbel-search.ts';

export interface Finding {
  /** Expected result of each seat, seat 1 first: 1 a win, −1 a loss. */
  readonly values: readonly number[];
  readonly simulations: number;
  /** Positions the network was asked about. */
  readonly evaluations: number;
  /** Best first. */
  readonly moves: readonly MoveFinding[];
}

export interface MoveFinding {
  /** Place in the list of legal moves. */
  readonly index: number;
  readonly text: string;
  readonly move: MoveJson;
  readonly visits: number;
  /** For the seat on turn; null for a move that the search did not try. */
  readonly value: number | null;
  /** Share of the network alone, and of the search: both sum to 1 over all legal moves. */
  readonly prior: number;
  readonly policy: number;
  /** The likeliest continuation, this move first. */
  readonly line: readonly string[];
}

/** Longest continuation that is told. */
const LINE = 12;

/** Reads a search off; `most` moves, the chosen one first, then by visits. Root evaluated and at least one simulation. */
export function findingOf(search: GumbelSearch, most: number): Finding {
  const { tree, simulations, evaluations } = search;
  const visits = rootVisits(tree);
  const q = rootQ(tree);
  const priors = rootPriors(tree);
  const policy = search.policy();
  const winner = search.winner();
  const order = Array.from(visits.keys()).sort(
    (a, b) => Number(b === winner) - Number(a === winner) || visits[b] - visits[a] || policy[b] - policy[a] || a - b,
  );
  const root = new PositionAt(search);
  return {
    values: Array.from(rootValue(tree), rounded),
    simulations,
    evaluations,
    moves: order.slice(0, most).map((index) => {
      const move = tree.move[index];
      return {
        index,
        text: root.text(0, index),
        move: moveToJson(root.load(0), move),
        visits: visits[index],
        value: visits[index] > 0 ? rounded(q[index]) : null,
        prior: rounded(priors[index]),
        policy: rounded(policy[index]),
        line: lineOf(tree, index, root),
      };
    }),
  };
}

/** Six digits: what float32 arithmetic can tell apart, and lines stay short. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

/** From a root move along the most visited children. */
function lineOf(tree: Tree, rootEdge: number, positions: PositionAt): string[] {
  const line: string[] = [];
  for (let node = 0, edge = rootEdge; edge >= 0 && line.length < LINE; ) {
    line.push(positions.text(node, edge));
    node = tree.child[edge];
    if (node < 0) break;
    edge = mostVisited(tree, node);
  }
  return line;
}

/** The edge to the most visited child, the earliest of equals; −1 where nothing was tried. */
function mostVisited(tree: Tree, node: number): number {
  let best = -1;
  let most = 0;
  const start = tree.edgeStart[node];
  for (let edge = start; edge < start + tree.edgeCount[node]; edge++) {
    const child = tree.child[edge];
    if (child < 0 || tree.visits[child] <= most) continue;
    most = tree.visits[child];
    best = edge;
  }
  return best;
}

/** Positions of a tree's nodes, one at a time. */
class PositionAt {
  readonly #tree: Tree;
  readonly #state: State;
  readonly #bytes: Uint8Array;

  constructor({ tree, rules }: GumbelSearch) {
    this.#tree = tree;
    this.#state = new State(rules);
    this.#bytes = new Uint8Array(this.#state.buffer);
  }

  load(node: number): State {
    this.#tree.states.load(node, this.#bytes);
    return this.#state;
  }

  text(node: number, edge: number): string {
    return moveNotation(this.load(node), this.#tree.move[edge]);
  }
}

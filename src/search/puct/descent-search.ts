/**
 * Best-first search with an evaluator's values (Korf & Chickering 1996, "Best-first minimax search"; the form of
 * Cohen-Solal 2020, "Learning to play two-player perfect-information games without knowledge"): follow the best move of
 * whoever decides down to a leaf, evaluate all its moves, back the best vector up (max^n), repeat.
 *
 * A simulation is one move evaluated. Moves of a leaf are taken by falling prior, so a budget that ends in the middle of
 * a leaf has seen the likelier ones; leaves of one expansion go into one batch.
 */
import type { MoveList } from '../../engine/moves.ts';
import type { State } from '../../engine/state.ts';
import { checkBudget } from '../budget.ts';
import type { EvaluationBatch, Evaluator } from '../evaluators/evaluator.ts';
import { propagateSolved } from '../tree/backup.ts';
import { addChild } from '../tree/expand.ts';
import { solvedMove } from '../tree/root.ts';
import { TreeSearch } from '../tree/search.ts';
import type { Workbench } from '../tree/workbench.ts';

const NONE = -1;

/** Here `sum` holds the backed-up value vector of a node (not a sum), and `visits` the expansions below it plus one. */
export class DescentSearch extends TreeSearch {
  readonly #simulationsPerMove: number;
  #budget = 0;
  #expanding = NONE;

  constructor(bench: Workbench, evaluator: Evaluator, simulations: number, mostPending = 64) {
    super(bench, evaluator, mostPending);
    this.#simulationsPerMove = simulations;
    checkBudget(simulations);
  }

  begin(state: State, legal: MoveList, simulations = this.#simulationsPerMove): void {
    checkBudget(simulations);
    this.#budget = simulations;
    this.#expanding = NONE;
    this.plant(state, legal);
  }

  protected override rootEvaluated(): void {}

  protected override explore(batch: EvaluationBatch, room: number): void {
    const { tree } = this;
    for (;;) {
      if (this.#expanding !== NONE && (tree.untriedBest[this.#expanding] < 0 || this.simulations === this.#budget)) {
        if (this.waiting > 0) return;
        this.#backUpBest(this.#expanding);
        this.#expanding = NONE;
      }
      if (this.simulations === this.#budget) return;
      if (this.#expanding === NONE) this.#expanding = this.#descend();
      if (this.#expanding === NONE) {
        // The root is solved: there is nothing left to look at, and simulations says how many it took.
        this.#budget = this.simulations;
        return;
      }
      if (this.waiting === room) return;
      this.#evaluateNext(batch);
    }
  }

  protected override answered(node: number): void {
    this.#takeRaw(node);
  }

  #evaluateNext(batch: EvaluationBatch): void {
    const { tree } = this;
    const expanding = this.#expanding;
    const child = addChild(tree, this.bench, expanding, tree.untriedBest[expanding]);
    this.simulations++;
    if (tree.solved[child] === 0) {
      this.await(child, batch);
      return;
    }
    this.#takeRaw(child);
    propagateSolved(tree, child);
    if (tree.solved[expanding] === 1) tree.untriedBest[expanding] = NONE;
  }

  #takeRaw(node: number): void {
    const { tree } = this;
    tree.visits[node] = 1;
    for (let i = node * tree.players; i < (node + 1) * tree.players; i++) tree.sum[i] = tree.raw[i];
  }

  /** The leaf at the end of the best line that is not solved; NONE once the root is. */
  #descend(): number {
    const { tree } = this;
    if (tree.solved[0] === 1) return NONE;
    let node = 0;
    while (tree.firstChild[node] >= 0) node = this.#bestChild(node, true);
    return node;
  }

  #backUpBest(from: number): void {
    const { tree } = this;
    for (let node = from; node >= 0; node = tree.parent[node]) {
      tree.visits[node]++;
      const best = this.#bestChild(node, false);
      for (let seat = 0; seat < tree.players; seat++) {
        tree.sum[node * tree.players + seat] =
          tree.solved[node] === 1 ? tree.raw[node * tree.players + seat] : this.#value(best, seat);
      }
    }
  }

  #value(node: number, seat: number): number {
    const { tree } = this;
    const i = node * tree.players + seat;
    return tree.solved[node] === 1 ? tree.raw[i] : tree.sum[i];
  }

  #bestChild(node: number, unsolvedOnly: boolean): number {
    const { tree } = this;
    const seat = tree.mover[node];
    let best = NONE;
    for (let c = tree.firstChild[node]; c >= 0; c = tree.nextSibling[c]) {
      if (unsolvedOnly && tree.solved[c] === 1) continue;
      if (best === NONE) best = c;
      const gain = this.#value(c, seat) - this.#value(best, seat);
      if (gain > 0 || (gain === 0 && tree.parentEdge[c] < tree.parentEdge[best])) best = c;
    }
    return best;
  }

  /** The move with the best backed-up value; the exact one once solved. */
  winner(): number {
    const exact = solvedMove(this.tree);
    return exact >= 0 ? exact : this.tree.parentEdge[this.#bestChild(0, false)];
  }
}

/**
 * PUCT tree search as in AlphaZero (Silver et al. 2018, supplementary pseudocode) with max^n backup for any number of
 * seats. Works with any evaluator: with the heuristic one it needs no network.
 *
 * One leaf at a time: a batch is filled by many games, never by virtual loss inside one tree.
 */
import type { MoveList } from '../../engine/moves.ts';
import type { Random } from '../../engine/random.ts';
import type { State } from '../../engine/state.ts';
import { checkBudget } from '../budget.ts';
import type { EvaluationBatch, Evaluator } from '../evaluators/evaluator.ts';
import { addChild } from '../tree/expand.ts';
import { rootVisits, sampleIndex, solvedMove } from '../tree/root.ts';
import { TreeSearch } from '../tree/search.ts';
import type { Workbench } from '../tree/workbench.ts';
import { mixNoise } from './dirichlet.ts';
import { DEFAULT_PUCT, type PuctConstants, selectPuct } from './select.ts';

export interface PuctOptions {
  /** Simulations per decision, at least 2. */
  readonly simulations: number;
  readonly constants?: PuctConstants;
  /** Share of Dirichlet noise in the root priors when a search is begun with `random` (AlphaZero: 0.25). */
  readonly noise?: number;
}

export class PuctSearch extends TreeSearch {
  readonly #options: PuctOptions;
  readonly #constants: PuctConstants;
  #budget = 0;
  #random: Random | null = null;

  constructor(bench: Workbench, evaluator: Evaluator, options: PuctOptions) {
    super(bench, evaluator, 1);
    checkBudget(options.simulations);
    this.#options = options;
    this.#constants = options.constants ?? DEFAULT_PUCT;
  }

  /** Starts on a decision with at least two legal moves. Root noise only with `random`. */
  begin(state: State, legal: MoveList, random: Random | null = null, simulations = this.#options.simulations): void {
    checkBudget(simulations);
    this.#budget = simulations;
    this.#random = random;
    this.plant(state, legal);
  }

  protected override rootEvaluated(): void {
    const share = this.#options.noise ?? 0.25;
    if (this.#random && share > 0) mixNoise(this.tree, share, this.#random);
  }

  protected override explore(batch: EvaluationBatch, room: number): void {
    if (room < 1) return;
    while (this.waiting === 0 && this.simulations < this.#budget) this.#simulate(batch);
  }

  #simulate(batch: EvaluationBatch): void {
    const { tree } = this;
    this.simulations++;
    let node = 0;
    for (;;) {
      if (tree.solved[node] === 1 && node > 0) {
        this.settleExact(node, false);
        return;
      }
      const edge = tree.solved[node] === 1 ? solvedMove(tree) : selectPuct(tree, node, this.#constants);
      const next = tree.child[edge];
      if (next < 0) {
        const leaf = addChild(tree, this.bench, node, edge);
        if (tree.solved[leaf] === 1) this.settleExact(leaf, true);
        else this.await(leaf, batch);
        return;
      }
      node = next;
    }
  }

  /** The most visited move, or one drawn ∝ visits^(1/temperature); the exact one once solved. */
  choose(temperature: number, random: Random | null): number {
    const exact = solvedMove(this.tree);
    if (exact >= 0) return exact;
    const visits = rootVisits(this.tree);
    return random && temperature > 0 ? sampleIndex(visits, temperature, random) : this.#mostVisited(visits);
  }

  /** The policy target of AlphaZero: shares of the visits. */
  policy(): Float64Array<ArrayBuffer> {
    const visits = rootVisits(this.tree);
    return Float64Array.from(visits, (n) => n / this.simulations);
  }

  #mostVisited(visits: Int32Array): number {
    const { tree } = this;
    const seat = tree.mover[0];
    let best = -1;
    for (let e = 0; e < visits.length; e++) {
      if (visits[e] === 0) continue;
      const more = best < 0 ? 1 : visits[e] - visits[best];
      if (more > 0 || (more === 0 && tree.mean(tree.child[e], seat) > tree.mean(tree.child[best], seat))) best = e;
    }
    return best;
  }
}

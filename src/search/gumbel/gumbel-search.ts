/**
 * Gumbel AlphaZero (Danihelka, Guez, Schrittwieser & Silver, ICLR 2022): the root samples moves without replacement by
 * the Gumbel-top-k trick (§2–3) and spends its budget on them by sequential halving, nodes below choose
 * deterministically (§5), and the policy target is the improved policy of §4.
 *
 * Simulations of one level go to different root moves, whose subtrees share nothing, so the leaves of a level can be
 * evaluated in one batch without virtual loss; the result is the same, bit for bit, as one at a time.
 */
import type { MoveList } from '../../engine/moves.ts';
import type { Random } from '../../engine/random.ts';
import type { State } from '../../engine/state.ts';
import { checkBudget } from '../budget.ts';
import type { EvaluationBatch, Evaluator } from '../evaluators/evaluator.ts';
import { addChild } from '../tree/expand.ts';
import { rootPriors, rootQ, rootVisits, solvedMove } from '../tree/root.ts';
import { TreeSearch } from '../tree/search.ts';
import type { Workbench } from '../tree/workbench.ts';
import { completedQ, improvedPolicy, mixedValue, PAPER_SCALE, type SigmaScale, sigma } from './completed-q.ts';
import { selectInterior } from './interior.ts';
import { levelsOf } from './sequential-halving.ts';

/** m of the paper: root moves considered at most. */
export const CONSIDERED = 16;

export interface GumbelOptions {
  /** Simulations per decision, at least 2. */
  readonly simulations: number;
  readonly considered?: number;
  readonly scale?: SigmaScale;
}

export class GumbelSearch extends TreeSearch {
  #options: GumbelOptions;
  #logits = new Float64Array(0);
  /** Gumbel noise + logit by root move. */
  #noisy = new Float64Array(0);
  readonly #survivors: Int32Array;
  readonly #score: Float64Array;
  #alive = 0;
  #levels: Int32Array = new Int32Array(0);
  #level = 0;
  /** Survivors of the present level that had their visit. */
  #served = 0;
  #random: Random | null = null;

  constructor(bench: Workbench, evaluator: Evaluator, options: GumbelOptions) {
    const considered = options.considered ?? CONSIDERED;
    super(bench, evaluator, considered);
    this.#options = options;
    this.#survivors = new Int32Array(considered);
    this.#score = new Float64Array(considered);
    checkBudget(options.simulations);
  }

  /**
   * Starts on a decision with at least two legal moves. With `random`, root moves are sampled with Gumbel noise; without,
   * the search is deterministic (evaluation mode). `simulations` overrides the budget of this decision.
   */
  begin(state: State, legal: MoveList, random: Random | null = null, simulations = this.#options.simulations): void {
    checkBudget(simulations);
    if (simulations !== this.#options.simulations) this.#options = { ...this.#options, simulations };
    this.#random = random;
    this.#alive = 0;
    this.#level = 0;
    this.#served = 0;
    this.#levels = new Int32Array(0);
    this.plant(state, legal);
  }

  protected override rootEvaluated(batch: EvaluationBatch, slot: number): void {
    const width = this.width;
    if (width > this.#logits.length) {
      this.#logits = new Float64Array(2 * width);
      this.#noisy = new Float64Array(2 * width);
    }
    const from = batch.offsets[slot];
    for (let a = 0; a < width; a++) {
      this.#logits[a] = batch.logits[from + a];
      this.#noisy[a] = this.#logits[a] + (this.#random?.gumbel() ?? 0);
    }
    const { simulations } = this.#options;
    this.#alive = keepLargest(
      this.#noisy,
      width,
      Math.min(this.#survivors.length, width, simulations),
      this.#survivors,
    );
    this.#levels = levelsOf(this.#alive, simulations);
  }

  protected override explore(batch: EvaluationBatch, room: number): void {
    for (;;) {
      if (this.#served === this.#alive || this.#level === 0) {
        if (this.waiting > 0 || this.#level === this.#levels.length) return;
        this.#openLevel();
      }
      if (this.waiting === room) return;
      this.#simulate(this.#survivors[this.#served++], batch);
    }
  }

  /** Ranks the survivors by what is known now and keeps as many as the next level serves. */
  #openLevel(): void {
    if (this.#level > 0) {
      const survivors = this.#survivors;
      const score = this.#score;
      const maxVisits = this.#maxVisits();
      for (let i = 0; i < this.#alive; i++) score[i] = this.#scoreOf(survivors[i], maxVisits);
      sortByScore(survivors, score, this.#alive);
    }
    this.#alive = this.#levels[this.#level++];
    this.#served = 0;
  }

  #simulate(rootEdge: number, batch: EvaluationBatch): void {
    const { tree } = this;
    this.simulations++;
    for (let node = 0, edge = rootEdge; ; edge = selectInterior(tree, node, this.#options.scale)) {
      const next = tree.child[edge];
      if (next < 0) {
        const leaf = addChild(tree, this.bench, node, edge);
        if (tree.solved[leaf] === 1) this.settleExact(leaf, true);
        else this.await(leaf, batch);
        return;
      }
      node = next;
      if (tree.solved[node] === 1) {
        this.settleExact(node, false);
        return;
      }
    }
  }

  /** g(a) + logits(a) + σ(q̂(a)): Algorithm 2, line "remove the moves with the lowest". */
  #scoreOf(edge: number, maxVisits: number): number {
    const { tree } = this;
    return this.#noisy[edge] + sigma(tree.mean(tree.child[edge], tree.mover[0]), maxVisits, this.#scale);
  }

  get #scale(): SigmaScale {
    return this.#options.scale ?? PAPER_SCALE;
  }

  #maxVisits(): number {
    const { tree } = this;
    let most = 0;
    for (let c = tree.firstChild[0]; c >= 0; c = tree.nextSibling[c]) most = Math.max(most, tree.visits[c]);
    return most;
  }

  /** Index of the move to play: the most visited one with the largest g + logits + σ(q̂); the exact one once solved. */
  winner(): number {
    const exact = solvedMove(this.tree);
    if (exact >= 0) return exact;
    const { tree } = this;
    const maxVisits = this.#maxVisits();
    let best = -1;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (let e = 0; e < tree.edgeCount[0]; e++) {
      const c = tree.child[e];
      if (c < 0 || tree.visits[c] !== maxVisits) continue;
      const score = this.#scoreOf(e, maxVisits);
      if (score > bestScore) {
        bestScore = score;
        best = e;
      }
    }
    return best;
  }

  /** The policy target: softmax(logits + σ(completedQ)) over the legal moves (Danihelka et al. 2022, §4, Eq. 11). */
  policy(): Float64Array<ArrayBuffer> {
    const { tree } = this;
    const visits = rootVisits(tree);
    const q = rootQ(tree);
    const mixed = mixedValue(tree.raw[tree.mover[0]], rootPriors(tree), q, visits);
    const logits = this.#logits.subarray(0, this.width);
    return improvedPolicy(logits, completedQ(q, visits, mixed, q), this.#maxVisits(), this.#scale);
  }
}

/** Indices of the `count` largest of the first `width` values, largest first, the first of equals first. */
export function keepLargest(values: Float64Array, width: number, count: number, out: Int32Array): number {
  let kept = 0;
  for (let a = 0; a < width; a++) {
    const value = values[a];
    if (kept === count && value <= values[out[kept - 1]]) continue;
    let at = kept < count ? kept++ : kept - 1;
    for (; at > 0 && values[out[at - 1]] < value; at--) out[at] = out[at - 1];
    out[at] = a;
  }
  return kept;
}

/** Sorts both arrays by falling score, equal scores by rising index (insertion sort: at most 16 entries as a rule). */
function sortByScore(indices: Int32Array, score: Float64Array, count: number): void {
  for (let i = 1; i < count; i++) {
    const s = score[i];
    const index = indices[i];
    let at = i;
    for (; at > 0 && (score[at - 1] < s || (score[at - 1] === s && indices[at - 1] > index)); at--) {
      score[at] = score[at - 1];
      indices[at] = indices[at - 1];
    }
    score[at] = s;
    indices[at] = index;
  }
}

/**
 * A search for one decision as a state machine, so that thousands can share one evaluator without threads or
 * coroutines:
 *
 *   begin(position) → { gather(batch) → [batch.run()] → scatter(batch) }… until gather adds nothing → results
 *
 * A search only ever waits for its own leaves, and what it finds does not depend on how they were spread over batches.
 * Trees and buffers are kept from one decision to the next.
 */
import type { MoveList } from '../../engine/moves.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';
import type { EvaluationBatch, Evaluator } from '../evaluators/evaluator.ts';
import { backUp, propagateSolved } from './backup.ts';
import { plantRoot, takeEvaluation } from './expand.ts';
import { Tree } from './tree.ts';
import type { Workbench } from './workbench.ts';

export abstract class TreeSearch {
  readonly evaluator: Evaluator;
  readonly tree: Tree;
  /** Simulations run for the present decision; the root's own evaluation is none. */
  simulations = 0;
  /** Positions the evaluator was asked about for the present decision, root included. */
  evaluations = 0;
  protected readonly bench: Workbench;
  readonly #pendingNode: Int32Array;
  readonly #pendingSlot: Int32Array;
  #pending = 0;
  #rootKnown = false;

  /** `mostPending`: leaves the search may wait for at one time. */
  constructor(bench: Workbench, evaluator: Evaluator, mostPending: number) {
    this.bench = bench;
    this.evaluator = evaluator;
    this.tree = new Tree(bench.rules, bench.bytes.length);
    this.#pendingNode = new Int32Array(mostPending);
    this.#pendingSlot = new Int32Array(mostPending);
  }

  /** Starts on a decision with at least two legal moves. */
  protected plant(state: State, legal: MoveList): void {
    if (legal.length < 2) throw new RangeError('a search needs a choice of at least two moves');
    this.bench.take(state, legal);
    plantRoot(this.tree, this.bench);
    this.simulations = 0;
    this.evaluations = 0;
    this.#pending = 0;
    this.#rootKnown = false;
  }

  get rules(): Rules {
    return this.bench.rules;
  }

  /** Legal moves of the decision. */
  get width(): number {
    return this.tree.edgeCount[0];
  }

  /**
   * Adds leaves to the batch until the search has to wait for them, `limit` (≥ 1) is reached or the batch is full.
   * Returns how many; 0 means that the search is finished (given that the batch had room).
   */
  gather(batch: EvaluationBatch, limit = batch.room): number {
    if (!this.#rootKnown) {
      this.tree.states.load(0, this.bench.bytes);
      this.#addLegalOf(0);
      this.await(0, batch);
      return 1;
    }
    const room = Math.min(limit, batch.room, this.#pendingNode.length);
    this.explore(batch, room);
    return this.#pending;
  }

  /** Takes the answers to all leaves of the last gather. @throws RrError EVALUATOR_NOT_FINITE */
  scatter(batch: EvaluationBatch): void {
    for (let i = 0; i < this.#pending; i++) {
      const node = this.#pendingNode[i];
      takeEvaluation(this.tree, node, batch, this.#pendingSlot[i], this.evaluator.id);
      if (node === 0) {
        this.#rootKnown = true;
        this.rootEvaluated(batch, this.#pendingSlot[i]);
      } else this.answered(node);
    }
    this.#pending = 0;
  }

  /** Runs simulations: calls `await` for leaves to evaluate, at most `room` times. */
  protected abstract explore(batch: EvaluationBatch, room: number): void;
  protected abstract rootEvaluated(batch: EvaluationBatch, slot: number): void;

  /** A node that was waited for has its evaluation. */
  protected answered(node: number): void {
    backUp(this.tree, node, -1);
  }

  protected get waiting(): number {
    return this.#pending;
  }

  /** Queues the node whose position is on the workbench. */
  protected await(node: number, batch: EvaluationBatch): void {
    this.#pendingNode[this.#pending] = node;
    this.#pendingSlot[this.#pending] = batch.add(this.bench.state, this.bench.legal);
    this.#pending++;
    this.evaluations++;
  }

  /** Ends a simulation at a node whose exact value is known. */
  protected settleExact(node: number, justSolved: boolean): void {
    backUp(this.tree, node, -1);
    if (justSolved) propagateSolved(this.tree, node);
  }

  /** Puts a node's moves back on the workbench. */
  #addLegalOf(node: number): void {
    const { legal } = this.bench;
    const start = this.tree.edgeStart[node];
    legal.length = 0;
    for (let i = 0; i < this.tree.edgeCount[node]; i++) legal.push(this.tree.move[start + i]);
  }
}

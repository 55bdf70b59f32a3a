/**
 * Shows an evaluator every position under some symmetry of the board, so that what a network has not learnt to be
 * symmetric averages out over a game instead of steering it. Which symmetry follows from the position's key and a seed:
 * random-looking, yet the same wherever and whenever the position is met, so batching, caching and repetition change
 * nothing. Only symmetries that the rules respect are used (engine/symmetry.ts).
 */
import { MoveList } from '../../engine/moves.ts';
import type { Rules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { SYMMETRIES, transformMove, transformState } from '../../engine/symmetry.ts';
import { mix32 } from '../../engine/zobrist.ts';
import type { EvaluationBatch, Evaluator } from './evaluator.ts';
import { WrappedBatch } from './wrapped-batch.ts';

export class SymmetricEvaluator implements Evaluator {
  readonly rules: Rules;
  readonly id: string;
  readonly provider: string;
  readonly preferredBatch: number;
  readonly #inner: Evaluator;
  readonly #seed: number;

  constructor(inner: Evaluator, seed: number) {
    this.#inner = inner;
    this.#seed = seed;
    this.rules = inner.rules;
    this.id = `${inner.id}+symmetry-${seed}`;
    this.provider = inner.provider;
    this.preferredBatch = inner.preferredBatch;
  }

  createBatch(capacity: number): EvaluationBatch {
    return new SymmetricBatch(this.#inner.createBatch(capacity), this.rules, this.#seed);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

class SymmetricBatch extends WrappedBatch {
  readonly #seed: number;
  readonly #elements: readonly number[];
  readonly #image: State;
  readonly #imageMoves = new MoveList();

  constructor(inner: EvaluationBatch, rules: Rules, seed: number) {
    super(inner);
    this.#seed = seed;
    this.#elements = SYMMETRIES[rules.board];
    this.#image = new State(rules);
  }

  override add(state: State, legal: MoveList): number {
    const draw = mix32(state.keyLo() ^ mix32(state.keyHi() ^ this.#seed)) >>> 0;
    const t = this.#elements[draw % this.#elements.length];
    if (t === 0) return this.inner.add(state, legal);
    transformState(state, t, this.#image);
    // The images keep the order of the moves, so the answers need no permuting back.
    this.#imageMoves.length = 0;
    for (let i = 0; i < legal.length; i++) this.#imageMoves.push(transformMove(state, legal.moves[i], t));
    return this.inner.add(this.#image, this.#imageMoves);
  }
}

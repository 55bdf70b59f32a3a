/**
 * Does everything a network evaluator does except running the network: positions and moves are encoded into the input
 * buffers of a real batch, answers are the uniform ones. What a search costs beside its network is measured with it.
 */
import type { MoveList } from '../../engine/moves.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';
import { BOARD_BOXES } from '../../net/arch/boards.ts';
import { MOVE_COLUMNS, writeMoves } from '../../net/encode/rr1/moves.ts';
import { channelsFirst, channelsLast, RR1_PLANES, writePlanes } from '../../net/encode/rr1/planes.ts';
import { BatchBuffers } from './batch-buffers.ts';
import { drawValue, type EvaluationBatch, type Evaluator } from './evaluator.ts';
import { MOVES_PER_POSITION } from './network.ts';

/** Where planes go: the layout of the CPU form (cells outermost) or of the GPU form (planes outermost). */
export type EncodingLayout = 'hwnc' | 'nchw';

export class EncodingEvaluator implements Evaluator {
  readonly id = 'encoding-1';
  readonly provider = 'none';
  readonly preferredBatch = 16;
  readonly rules: Rules;
  readonly #layout: EncodingLayout;

  constructor(rules: Rules, layout: EncodingLayout = 'hwnc') {
    this.rules = rules;
    this.#layout = layout;
  }

  createBatch(capacity: number): EvaluationBatch {
    return new EncodingBatch(capacity, this.rules, this.#layout);
  }

  async close(): Promise<void> {}
}

class EncodingBatch extends BatchBuffers implements EvaluationBatch {
  readonly #rules: Rules;
  readonly #layout: EncodingLayout;
  readonly #x: Float32Array;
  readonly #rows: Int32Array;
  readonly #numbers: Float32Array;

  constructor(capacity: number, rules: Rules, layout: EncodingLayout) {
    super(capacity, rules.players);
    const { height, width } = BOARD_BOXES[rules.board];
    const moves = capacity * MOVES_PER_POSITION[rules.board];
    this.#rules = rules;
    this.#layout = layout;
    this.#x = new Float32Array(capacity * RR1_PLANES * height * width);
    this.#rows = new Int32Array(moves * MOVE_COLUMNS);
    this.#numbers = new Float32Array(moves);
  }

  add(state: State, legal: MoveList): number {
    const slot = this.reserve(legal);
    const layout = this.#layout === 'hwnc' ? channelsLast(this.capacity, slot) : channelsFirst(this.#rules.board, slot);
    writePlanes(state, this.#x, layout);
    writeMoves(state, legal, slot, this.#rows, this.#numbers, this.offsets[slot]);
    return slot;
  }

  run(): void {
    this.logits.fill(0, 0, this.offsets[this.count]);
    this.values.fill(drawValue(this.#rules.players), 0, this.count * this.players);
  }
}

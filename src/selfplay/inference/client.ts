/** The game worker's side of shared inference: an evaluator whose batches are slots of an inference worker. */

import { RrError } from '../../core/errors.ts';
import type { Rules } from '../../engine/rules.ts';
import { EncodedBatch } from '../../search/evaluators/encoded-batch.ts';
import type { EvaluationBatch, Evaluator } from '../../search/evaluators/evaluator.ts';
import { Control, type Inference, type InferenceSlot, readFailure, SlotState, Wake } from './slot.ts';

/**
 * `run` does not block: its promise resolves when the device has answered, so two schedulers with a slot each keep both the
 * processor and the device busy.
 */
export class SharedEvaluator implements Evaluator {
  readonly rules: Rules;
  readonly id: string;
  readonly provider: string;
  readonly preferredBatch: number;
  readonly #inference: Inference;
  #handedOut = 0;

  constructor(rules: Rules, inference: Inference) {
    this.rules = rules;
    this.#inference = inference;
    this.id = inference.id;
    this.provider = inference.provider;
    this.preferredBatch = inference.slots[0]?.capacity ?? 0;
  }

  createBatch(capacity: number): EvaluationBatch {
    const slot = this.#inference.slots[this.#handedOut];
    if (!slot || capacity > slot.capacity) {
      throw new RangeError(`this evaluator has ${this.#inference.slots.length} batches of ${this.preferredBatch}`);
    }
    this.#handedOut++;
    return new SharedBatch(capacity, this.rules, slot, this.#inference);
  }

  async close(): Promise<void> {}
}

/** How often an adopted slot is looked at while its answer is awaited; the answer itself wakes earlier. */
const ADOPTION_POLL_MS = 100;

class SharedBatch extends EncodedBatch implements EvaluationBatch {
  readonly #slot: InferenceSlot;
  readonly #inference: Inference;

  constructor(capacity: number, rules: Rules, slot: InferenceSlot, inference: Inference) {
    super(capacity, rules.players, slot);
    this.#slot = slot;
    this.#inference = inference;
    this.#adopt();
  }

  /**
   * A game worker that died may have left a batch on its way. Its answer has to arrive before the slot is filled again,
   * so this blocks for as long as the device takes for a few batches.
   */
  #adopt(): void {
    const { control } = this.#slot;
    while (Atomics.load(control, Control.state) === SlotState.submitted) {
      this.#checkAlive();
      Atomics.wait(control, Control.state, SlotState.submitted, ADOPTION_POLL_MS);
    }
    this.#checkAlive();
    Atomics.store(control, Control.state, SlotState.free);
  }

  async run(): Promise<void> {
    if (this.count === 0) return;
    const { control, logits, shares } = this.#slot;
    const { wake } = this.#inference;
    Atomics.store(control, Control.positions, this.count);
    Atomics.store(control, Control.moves, this.moveCount);
    Atomics.store(control, Control.state, SlotState.submitted);
    Atomics.add(wake, Wake.calls, 1);
    Atomics.notify(wake, Wake.calls);
    this.#checkAlive();
    const wait = Atomics.waitAsync(control, Control.state, SlotState.submitted);
    if (wait.async) await wait.value;
    if (Atomics.load(control, Control.state) !== SlotState.answered) this.#checkAlive();
    this.takeAnswers(logits, shares);
    Atomics.store(control, Control.state, SlotState.free);
  }

  #checkAlive(): void {
    const { provider, failure, wake } = this.#inference;
    if (Atomics.load(wake, Wake.dead) === 0) return;
    throw new RrError('INFERENCE_FAILED', { provider, detail: readFailure(failure) });
  }
}

/** The game worker's side of shared inference: an evaluator whose batches are banks of an inference worker. */

import { RrError } from '../../core/errors.ts';
import type { Rules } from '../../engine/rules.ts';
import { EncodedBatch } from '../../search/evaluators/encoded-batch.ts';
import type { EvaluationBatch, Evaluator } from '../../search/evaluators/evaluator.ts';
import { type Bank, BankState, Bell, Control, type Inference, readFailure } from './bank.ts';

/**
 * `run` does not block: its promise resolves when the device has answered, so two lanes with a bank each keep both the
 * processor and the device busy.
 */
export class SharedEvaluator implements Evaluator {
  readonly rules: Rules;
  readonly id: string;
  readonly provider: string;
  readonly preferredBatch: number;
  private readonly inference: Inference;
  private handedOut = 0;

  constructor(rules: Rules, inference: Inference) {
    this.rules = rules;
    this.inference = inference;
    this.id = inference.id;
    this.provider = inference.provider;
    this.preferredBatch = inference.banks[0]?.capacity ?? 0;
  }

  createBatch(capacity: number): EvaluationBatch {
    const bank = this.inference.banks[this.handedOut];
    if (!bank || capacity > bank.capacity) {
      throw new RangeError(`this evaluator has ${this.inference.banks.length} batches of ${this.preferredBatch}`);
    }
    this.handedOut++;
    return new SharedBatch(capacity, this.rules, bank, this.inference);
  }

  async close(): Promise<void> {}
}

/** How often an adopted bank is looked at while its answer is awaited; the answer itself wakes earlier. */
const ADOPTION_POLL_MS = 100;

class SharedBatch extends EncodedBatch implements EvaluationBatch {
  private readonly bank: Bank;
  private readonly inference: Inference;

  constructor(capacity: number, rules: Rules, bank: Bank, inference: Inference) {
    super(capacity, rules.players, bank);
    this.bank = bank;
    this.inference = inference;
    this.adopt();
  }

  /**
   * A game worker that died may have left a batch on its way. Its answer has to arrive before the bank is filled again,
   * so this blocks for as long as the device takes for a few batches.
   */
  private adopt(): void {
    const { control } = this.bank;
    while (Atomics.load(control, Control.state) === BankState.submitted) {
      this.checkAlive();
      Atomics.wait(control, Control.state, BankState.submitted, ADOPTION_POLL_MS);
    }
    this.checkAlive();
    Atomics.store(control, Control.state, BankState.free);
  }

  async run(): Promise<void> {
    if (this.count === 0) return;
    const { control, logits, shares } = this.bank;
    const { bell } = this.inference;
    Atomics.store(control, Control.positions, this.count);
    Atomics.store(control, Control.moves, this.moveCount);
    Atomics.store(control, Control.state, BankState.submitted);
    Atomics.add(bell, Bell.rings, 1);
    Atomics.notify(bell, Bell.rings);
    this.checkAlive();
    const wait = Atomics.waitAsync(control, Control.state, BankState.submitted);
    if (wait.async) await wait.value;
    if (Atomics.load(control, Control.state) !== BankState.answered) this.checkAlive();
    this.takeAnswers(logits, shares);
    Atomics.store(control, Control.state, BankState.free);
  }

  private checkAlive(): void {
    const { provider, failure, bell } = this.inference;
    if (Atomics.load(bell, Bell.dead) === 0) return;
    throw new RrError('INFERENCE_FAILED', { provider, detail: readFailure(failure) });
  }
}

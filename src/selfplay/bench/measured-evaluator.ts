/**
 * An evaluator that now and then runs a full batch over and over before it answers it, to find out how fast it is when
 * nothing else happens. On a shared machine the speed of a core changes from second to second: the raw rate must come
 * from the same seconds as the rate that is held against it.
 */
import type { Rules } from '../../engine/rules.ts';
import type { EvaluationBatch, Evaluator } from '../../search/evaluators/evaluator.ts';
import { WrappedBatch } from '../../search/evaluators/wrapped-batch.ts';
import { benchPositions } from './positions.ts';
import { cpuSecondsSince } from './thread-clock.ts';

/** A slice of raw running comes so long after the one before, and lasts so long. */
const EVERY_MS = 400;
const SLICE_MS = 100;

/** Runs before the first measurement: the runtime allocates its memory in them. */
const WARM_UP_RUNS = 3;

export interface RawTime {
  positions: number;
  /** Processor seconds of this thread, and seconds of wall clock. */
  cpu: number;
  wall: number;
}

const noTime = (): RawTime => ({ positions: 0, cpu: 0, wall: 0 });

/** Has one batch, which it hands out to everybody who asks: one user at a time. */
export class MeasuredEvaluator implements Evaluator {
  readonly rules: Rules;
  readonly id: string;
  readonly provider: string;
  readonly preferredBatch: number;
  readonly #inner: Evaluator;
  readonly #batch: MeasuredBatch;

  /** Measures the first raw rate. */
  static async create(inner: Evaluator, capacity: number): Promise<MeasuredEvaluator> {
    const batch = new MeasuredBatch(inner.createBatch(capacity));
    for (const { state, legal } of benchPositions(inner.rules, capacity)) batch.add(state, legal);
    await batch.measureAlone();
    batch.reset();
    return new MeasuredEvaluator(inner, batch);
  }

  private constructor(inner: Evaluator, batch: MeasuredBatch) {
    this.#inner = inner;
    this.rules = inner.rules;
    this.id = inner.id;
    this.provider = inner.provider;
    this.preferredBatch = inner.preferredBatch;
    this.#batch = batch;
  }

  /** Running alone, in slices between the batches of the play. */
  get slices(): RawTime {
    return this.#batch.slices;
  }

  /** Time alone: between the batches of the play, or before it when no batch of the play was full. */
  get raw(): RawTime {
    const { slices, before } = this.#batch;
    return slices.positions > 0 ? slices : before;
  }

  createBatch(): EvaluationBatch {
    return this.#batch;
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

class MeasuredBatch extends WrappedBatch {
  readonly before: RawTime = noTime();
  readonly slices: RawTime = noTime();
  #sliceDue = 0;

  async measureAlone(): Promise<void> {
    for (let i = 0; i < WARM_UP_RUNS; i++) await this.inner.run();
    await this.#slice(this.before);
  }

  override async run(): Promise<void> {
    if (this.room === 0 && performance.now() >= this.#sliceDue) await this.#slice(this.slices);
    await this.inner.run();
  }

  /** A full batch stays as it is when it runs, so the same one can run again. */
  async #slice(time: RawTime): Promise<void> {
    const cpu = process.threadCpuUsage();
    const start = performance.now();
    do {
      await this.inner.run();
      time.positions += this.count;
    } while (performance.now() - start < SLICE_MS);
    time.cpu += cpuSecondsSince(cpu);
    time.wall += (performance.now() - start) / 1000;
    this.#sliceDue = performance.now() + EVERY_MS;
  }
}

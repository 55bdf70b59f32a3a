/**
 * An evaluator that now and then runs a full batch over and over before it answers it, to find out how fast it is when
 * nothing else happens. On a shared machine the speed of a core changes from second to second: the raw rate must come
 * from the same seconds as the rate that is held against it.
 */
import type { Rules } from '../../engine/rules.ts';
import type { EvaluationBatch, Evaluator } from '../evaluators/evaluator.ts';
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
  /** Running alone, in slices between the batches of the play. */
  readonly slices: RawTime = noTime();
  private readonly before: RawTime = noTime();
  private readonly inner: Evaluator;
  private readonly batch: EvaluationBatch;
  private sliceDue = 0;

  /** Measures the first raw rate. */
  static async create(inner: Evaluator, capacity: number): Promise<MeasuredEvaluator> {
    const measured = new MeasuredEvaluator(inner, capacity);
    const { batch, rules } = measured;
    for (const { state, legal } of benchPositions(rules, capacity)) batch.add(state, legal);
    for (let i = 0; i < WARM_UP_RUNS; i++) await measured.run();
    await measured.slice(measured.before);
    batch.reset();
    return measured;
  }

  private constructor(inner: Evaluator, capacity: number) {
    this.inner = inner;
    this.rules = inner.rules;
    this.id = inner.id;
    this.provider = inner.provider;
    this.preferredBatch = inner.preferredBatch;
    this.batch = inner.createBatch(capacity);
    this.run = this.batch.run.bind(this.batch);
    this.batch.run = () => this.runMeasured();
  }

  private readonly run: () => void | Promise<void>;

  /** Time alone: between the batches of the play, or before it when no batch of the play was full. */
  get raw(): RawTime {
    return this.slices.positions > 0 ? this.slices : this.before;
  }

  createBatch(): EvaluationBatch {
    return this.batch;
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private async runMeasured(): Promise<void> {
    if (this.batch.room === 0 && performance.now() >= this.sliceDue) await this.slice(this.slices);
    await this.run();
  }

  /** A full batch stays as it is when it runs, so the same one can run again. */
  private async slice(time: RawTime): Promise<void> {
    const cpu = process.threadCpuUsage();
    const start = performance.now();
    do {
      await this.run();
      time.positions += this.batch.count;
    } while (performance.now() - start < SLICE_MS);
    time.cpu += cpuSecondsSince(cpu);
    time.wall += (performance.now() - start) / 1000;
    this.sliceDue = performance.now() + EVERY_MS;
  }
}

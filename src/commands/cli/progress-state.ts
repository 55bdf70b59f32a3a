/** How far a piece of work is: numbers only, no drawing and no clock of its own, so that tests can assert every value. */
import { printable } from '../../core/printable.ts';

/** Rates are averaged over about this much recent time. Seconds. */
const RATE_WINDOW_S = 15;

export interface ProgressSnapshot {
  readonly label: string;
  readonly unit: string;
  readonly done: number;
  /** undefined when nobody knows how much there is. */
  readonly total: number | undefined;
  readonly elapsedSeconds: number;
  /** Units per second over the last quarter of a minute; 0 until something is done. */
  readonly rate: number;
  /** undefined without a total or a rate. */
  readonly etaSeconds: number | undefined;
  /** Further numbers worth seeing (`plies/s`), in the order first set. */
  readonly extras: Readonly<Record<string, string | number>>;
}

interface Sample {
  readonly seconds: number;
  readonly done: number;
}

export class ProgressState {
  readonly #label: string;
  readonly #unit: string;
  readonly #total: number | undefined;
  readonly #startMs: number;
  readonly #samples: Sample[] = [{ seconds: 0, done: 0 }];
  readonly #extras: Record<string, string | number> = {};
  #done = 0;

  constructor(work: Work, nowMs: number) {
    this.#label = printable(work.label);
    this.#unit = work.unit;
    this.#total = work.total;
    this.#startMs = nowMs;
  }

  /** Sets how many units are done so far. Cheap enough for every unit. */
  set(done: number, nowMs: number): void {
    this.#done = done;
    const seconds = (nowMs - this.#startMs) / 1000;
    const last = this.#samples.at(-1);
    // One sample a second is enough for a rate, and keeps the window at a few entries.
    if (last && seconds - last.seconds < 1) return;
    this.#samples.push({ seconds, done });
    while (this.#samples.length > 2 && (this.#samples[1]?.seconds ?? seconds) < seconds - RATE_WINDOW_S)
      this.#samples.shift();
  }

  get done(): number {
    return this.#done;
  }

  /** A further number; undefined takes it away again. */
  extra(name: string, value: string | number | undefined): void {
    if (value === undefined) delete this.#extras[name];
    else this.#extras[name] = typeof value === 'string' ? printable(value) : value;
  }

  snapshot(nowMs: number): ProgressSnapshot {
    const elapsedSeconds = (nowMs - this.#startMs) / 1000;
    const oldest = this.#samples[0] ?? { seconds: 0, done: 0 };
    const span = elapsedSeconds - oldest.seconds;
    const rate = span > 0 ? (this.#done - oldest.done) / span : 0;
    const left = this.#total === undefined ? undefined : Math.max(0, this.#total - this.#done);
    return {
      label: this.#label,
      unit: this.#unit,
      done: this.#done,
      total: this.#total,
      elapsedSeconds,
      rate,
      etaSeconds: left === undefined || (rate === 0 && left > 0) ? undefined : left === 0 ? 0 : left / rate,
      extras: { ...this.#extras },
    };
  }
}

export interface Work {
  /** What is going on: `playing hex8_2p`. */
  readonly label: string;
  /** What is counted, plural: `games`. */
  readonly unit: string;
  readonly total?: number | undefined;
}

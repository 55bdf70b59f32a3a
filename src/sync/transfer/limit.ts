/** A rate limit shared by everything that moves bytes to or from one place. */
import { pause } from '../../io/timer.ts';

export class RateLimit {
  readonly #bytesPerSecond: number;
  /** When the bytes taken so far will have been paid for. Milliseconds. */
  #paidUntil = 0;

  /** `undefined`: no limit. */
  constructor(bytesPerSecond: number | undefined) {
    this.#bytesPerSecond = bytesPerSecond ?? Number.POSITIVE_INFINITY;
  }

  /** Waits until `bytes` may travel. */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    if (this.#bytesPerSecond === Number.POSITIVE_INFINITY) return;
    const now = performance.now();
    const start = Math.max(now, this.#paidUntil);
    this.#paidUntil = start + (bytes / this.#bytesPerSecond) * 1000;
    if (this.#paidUntil - now > 20) await pause(this.#paidUntil - now, signal);
  }
}

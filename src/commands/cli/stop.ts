/**
 * Why a command should stop early, and the one AbortSignal it polls. Whoever asks first decides the exit status:
 * a signal from outside, the command's own time limit, or a reader downstream that went away.
 */
import type { ExitCode } from '../../core/errors.ts';
import { after } from '../../io/timer.ts';

export type StopCause = 'SIGINT' | 'SIGTERM' | 'time' | 'downstream';

const STOP_EXIT: Readonly<Record<StopCause, ExitCode>> = { SIGINT: 130, SIGTERM: 143, time: 124, downstream: 0 };

/** The reason of the aborted signal; thrown by `signal.throwIfAborted()`. Not a failure: the work so far is valid. */
export class StopRequest extends Error {
  override readonly name = 'StopRequest';
  /** `cause` of Error is used for what it is there for: why. */
  override readonly cause: StopCause;
  readonly exit: ExitCode;

  constructor(cause: StopCause) {
    super(`stopped: ${cause}`);
    this.cause = cause;
    this.exit = STOP_EXIT[cause];
  }
}

/**
 * Signals closer together than this are one: a terminal, npx and the launcher each pass on the same Ctrl-C, and the
 * copies must not count as the second one that ends the process at once. Milliseconds.
 */
const SAME_SIGNAL_MS = 150;

/** Watches SIGINT and SIGTERM for the duration of one command. */
export class StopWatch {
  readonly #controller = new AbortController();
  readonly #exitNow: (exit: ExitCode) => void;
  #cancelLimit = (): void => {};
  #graceMs = 20_000;
  #signalledAt: number | undefined;
  readonly #onInterrupt = (): void => this.#onSignal('SIGINT');
  readonly #onTerminate = (): void => this.#onSignal('SIGTERM');

  /** `exitNow` ends the process without flushing; it is called on a second signal and when the grace time is over. */
  constructor(exitNow: (exit: ExitCode) => void) {
    this.#exitNow = exitNow;
    process.on('SIGINT', this.#onInterrupt);
    process.on('SIGTERM', this.#onTerminate);
  }

  /** Aborted as soon as the command should stop taking work; its reason is a StopRequest. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get request(): StopRequest | undefined {
    const { reason } = this.signal;
    return reason instanceof StopRequest ? reason : undefined;
  }

  /** Time left for flushing after the first signal. */
  set graceSeconds(seconds: number) {
    this.#graceMs = seconds * 1000;
  }

  /** Asks the command to stop; a later request changes nothing. */
  stop(cause: StopCause): void {
    this.#controller.abort(this.request ?? new StopRequest(cause));
  }

  /** Stops the command after so many seconds of wall-clock time (exit 124 after a flush). */
  limit(seconds: number): void {
    this.#cancelLimit();
    this.#cancelLimit = after(seconds * 1000, () => this.stop('time'));
  }

  dispose(): void {
    this.#cancelLimit();
    process.off('SIGINT', this.#onInterrupt);
    process.off('SIGTERM', this.#onTerminate);
  }

  #onSignal(cause: 'SIGINT' | 'SIGTERM'): void {
    const now = performance.now();
    if (this.#signalledAt === undefined) {
      this.#signalledAt = now;
      this.stop(cause);
      after(this.#graceMs, () => this.#exitNow(STOP_EXIT[cause]));
    } else if (now - this.#signalledAt > SAME_SIGNAL_MS) {
      this.#exitNow(STOP_EXIT[cause]);
    }
  }
}

/** Trying again: exponential backoff with full jitter, so that many machines do not come back in step. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RrError } from '../../core/errors.ts';

export interface RetryOptions {
  readonly attempts?: number;
  /** Longest wait before the second try; doubles with every further one. Milliseconds. */
  readonly baseMs?: number;
  readonly maxMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Uniform in [0, 1); a test sets its own. */
  readonly random?: () => number;
}

/** Runs `work` until it succeeds, fails for a reason that trying again cannot cure, or has had its attempts. */
export async function retrying<T>(work: (attempt: number) => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { attempts = 3, baseMs = 500, maxMs = 10_000, signal, random = Math.random } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= attempts || signal?.aborted || !isTransient(error)) throw error;
      const ceiling = Math.min(maxMs, baseMs * 2 ** (attempt - 1));
      await sleep(random() * ceiling, undefined, signal ? { signal } : {});
    }
  }
}

const isTransient = (error: unknown): boolean => error instanceof RrError && error.code === 'HOST_UNREACHABLE';

/** Timers without the runtime's limit: setTimeout fires at once for anything above 2^31 − 1 milliseconds (24.8 days). */

const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Calls `action` once after `ms` milliseconds, however many; keeps no process alive. Returns what cancels it. */
export const after = (ms: number, action: () => void): (() => void) => arm(ms, action, false);

/** Waits `ms` milliseconds, however many. @throws the reason of `signal` when it is aborted meanwhile */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const cancel = arm(ms, resolve, true);
  const onAbort = (): void => reject(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort);
  return promise.finally(() => {
    cancel();
    signal?.removeEventListener('abort', onAbort);
  });
}

function arm(ms: number, action: () => void, keepsAlive: boolean): () => void {
  const end = performance.now() + ms;
  let timer: NodeJS.Timeout;
  const next = (): void => {
    const left = Math.max(0, end - performance.now());
    timer = setTimeout(() => (left > MAX_TIMEOUT_MS ? next() : action()), Math.min(left, MAX_TIMEOUT_MS));
    if (!keepsAlive) timer.unref();
  };
  next();
  return () => clearTimeout(timer);
}

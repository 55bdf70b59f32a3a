/** Timers without the runtime's limit: setTimeout fires at once for anything above 2^31 − 1 milliseconds (24.8 days). */

const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Calls `action` once after `ms` milliseconds, however many; keeps no process alive. Returns what cancels it. */
export function after(ms: number, action: () => void): () => void {
  const end = performance.now() + ms;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const left = Math.max(0, end - performance.now());
    timer = setTimeout(() => (left > MAX_TIMEOUT_MS ? arm() : action()), Math.min(left, MAX_TIMEOUT_MS));
    timer.unref();
  };
  arm();
  return () => clearTimeout(timer);
}

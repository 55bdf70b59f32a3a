/** Long loops over games that leave room for signals and timers. */
import { setImmediate } from 'node:timers/promises';

/** Longest time without a pause. Milliseconds. */
const BUSY_MS = 20;

/**
 * The same items, with a pause now and then in which the event loop handles what has come in. Without it a loop over a
 * synchronous source would not notice SIGINT before its end, as a promise that is already resolved gives way to nothing.
 */
export async function* pausing<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  let paused = performance.now();
  for await (const item of items) {
    yield item;
    if (performance.now() - paused < BUSY_MS) continue;
    await setImmediate();
    paused = performance.now();
  }
}

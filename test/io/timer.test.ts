import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { after, pause } from '../../src/io/timer.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test.each([1, 2 ** 31, 60 * 24 * 3600 * 1000])('fires once, after %d ms and not before', (ms) => {
  const action = vi.fn();
  after(ms, action);
  vi.advanceTimersByTime(ms - 1);
  expect(action).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  vi.advanceTimersByTime(ms);
  expect(action).toHaveBeenCalledTimes(1);
});

test("can be cancelled, also beyond the runtime's limit", () => {
  const action = vi.fn();
  const cancel = after(2 ** 32, action);
  vi.advanceTimersByTime(2 ** 31);
  cancel();
  vi.advanceTimersByTime(2 ** 33);
  expect(action).not.toHaveBeenCalled();
});

test("a pause is as long as asked, also beyond the runtime's limit", async () => {
  const action = vi.fn();
  const paused = pause(2 ** 32).then(action);
  await vi.advanceTimersByTimeAsync(2 ** 32 - 1);
  expect(action).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await paused;
});

test('a pause ends with its signal', async () => {
  const enough = new AbortController();
  const paused = pause(2 ** 32, enough.signal);
  enough.abort();
  await expect(paused).rejects.toThrow('aborted');
});

/** A breaker that opened or closed, as an event. */
import { type BreakerRow, breakerState } from './breaker.ts';
import { type Event, makeEvent } from './event.ts';
import { thisProcess } from './machine.ts';

/** @param before, after the breaker's row, undefined for one that holds no failures */
export function circuitEvent(
  host: string,
  before: BreakerRow | undefined,
  after: BreakerRow | undefined,
  nowMs: number,
): Event | undefined {
  const wasOpen = before !== undefined && breakerState(before, before.failed_at).state === 'open';
  const isOpen = after !== undefined && breakerState(after, after.failed_at).state === 'open';
  if (wasOpen === isOpen) return undefined;
  const by = thisProcess().host;
  const named = { by, with: host };
  return isOpen
    ? makeEvent({
        type: 'circuit_opened',
        at: nowMs,
        host: by,
        facts: { ...named, since: nowMs, reason: after.reason },
      })
    : makeEvent({ type: 'circuit_closed', at: nowMs, host: by, facts: { ...named, since: nowMs } });
}

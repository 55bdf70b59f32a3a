/**
 * A breaker per host, kept in state/rr.db so that the next run from cron knows what this one found out. After three
 * failures in a row a host rests, longer after each further one; then one try goes through, and its outcome decides.
 * Failures are forgotten with age.
 */
import * as z from 'zod';
import { RrError } from '../core/errors.ts';
import type { StateDb } from './database.ts';

/** Three failures; those a moment ago have aged a little already, hence not a whole number. */
const OPENS_AT = 2.5;
const FIRST_REST_MS = 30_000;
const MAX_REST_MS = 3_600_000;
const HALF_LIFE_MS = 3_600_000;

const BreakerRow = z.object({ failures: z.number(), failed_at: z.number(), reason: z.string() });

export interface BreakerState {
  readonly state: 'closed' | 'open' | 'half-open';
  readonly failures: number;
  readonly reason: string;
  /** Milliseconds since 1970; undefined unless open. */
  readonly until: number | undefined;
}

const CLOSED: BreakerState = { state: 'closed', failures: 0, reason: '', until: undefined };

export function breakerState(state: StateDb, host: string, nowMs: number = Date.now()): BreakerState {
  const row = state.get('SELECT failures, failed_at, reason FROM breakers WHERE host = ?', host);
  if (row === undefined) return CLOSED;
  const { failures, failed_at, reason } = BreakerRow.parse(row);
  const left = failures * 0.5 ** (Math.max(0, nowMs - failed_at) / HALF_LIFE_MS);
  if (failures < OPENS_AT) return left < 0.5 ? CLOSED : { ...CLOSED, failures: left, reason };
  const until = failed_at + Math.min(MAX_REST_MS, FIRST_REST_MS * 2 ** (Math.round(failures) - 3));
  if (nowMs < until) return { state: 'open', failures, reason, until };
  return { state: 'half-open', failures: left, reason, until: undefined };
}

/** Lets a try through or not; the first after a rest takes the place of all others. @throws RrError HOST_RESTING */
export function admit(state: StateDb, host: string, nowMs: number = Date.now()): void {
  state.transaction(() => {
    const { state: now, failures, reason, until = 0 } = breakerState(state, host, nowMs);
    if (now === 'open') {
      const end = new Date(until).toISOString();
      throw new RrError('HOST_RESTING', { host, failures: Math.round(failures), reason, until: end });
    }
    if (now === 'half-open') state.run('UPDATE breakers SET failed_at = ? WHERE host = ?', nowMs, host);
  });
}

export function noteSuccess(state: StateDb, host: string): void {
  state.run('DELETE FROM breakers WHERE host = ?', host);
}

/** `reason` is shown to people later: no addresses, no names but the host's. */
export function noteFailure(state: StateDb, host: string, reason: string, nowMs: number = Date.now()): void {
  state.transaction(() => {
    const { state: now, failures } = breakerState(state, host, nowMs);
    // a try after a rest that fails opens again at once, however long ago the earlier ones were
    const next = now === 'half-open' ? Math.max(OPENS_AT, failures + 1) : failures + 1;
    state.run('INSERT OR REPLACE INTO breakers VALUES (?, ?, ?, ?)', host, next, nowMs, reason);
  });
}

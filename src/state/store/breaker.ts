/**
 * A breaker per host, kept so that the next run from cron knows what this one found out. After three failures in a row
 * a host is left alone, longer after each further one; then one try goes through, and its outcome decides. Failures are
 * forgotten with age.
 */
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';

/** Three failures; those a moment ago have aged a little already, hence not a whole number. */
const OPENS_AT = 2.5;
const FIRST_BACKOFF_MS = 30_000;
const MAX_BACKOFF_MS = 3_600_000;
const HALF_LIFE_MS = 3_600_000;

export const BreakerRow = z.object({
  host: z.string(),
  failures: z.number(),
  failed_at: z.number(),
  reason: z.string(),
});
export type BreakerRow = z.infer<typeof BreakerRow>;

export interface BreakerState {
  readonly state: 'closed' | 'open' | 'half-open';
  readonly failures: number;
  readonly reason: string;
  /** Milliseconds since 1970; undefined unless open. */
  readonly until: number | undefined;
}

export interface Breakers {
  state(host: string): Promise<BreakerState>;
  /** Lets a try through or not; the first after a back-off stands for all others. @throws RrError HOST_RESTING */
  admit(host: string): Promise<void>;
  succeeded(host: string): Promise<void>;
  /** `reason` is shown to people later: no addresses, no names but the host's. */
  failed(host: string, reason: string): Promise<void>;
}

const CLOSED: BreakerState = { state: 'closed', failures: 0, reason: '', until: undefined };

export function breakerState(row: BreakerRow | undefined, nowMs: number): BreakerState {
  if (row === undefined) return CLOSED;
  const { failures, failed_at, reason } = row;
  const left = failures * 0.5 ** (Math.max(0, nowMs - failed_at) / HALF_LIFE_MS);
  if (failures < OPENS_AT) return left < 0.5 ? CLOSED : { ...CLOSED, failures: left, reason };
  const until = failed_at + Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (Math.round(failures) - 3));
  if (nowMs < until) return { state: 'open', failures, reason, until };
  return { state: 'half-open', failures: left, reason, until: undefined };
}

/** The row after a try was let through; undefined when it stays as it is. @throws RrError HOST_RESTING */
export function afterAdmission(row: BreakerRow | undefined, host: string, nowMs: number): BreakerRow | undefined {
  const { state, failures, reason, until = 0 } = breakerState(row, nowMs);
  if (state === 'open') {
    const end = new Date(until).toISOString();
    throw new RrError('HOST_RESTING', { host, failures: Math.round(failures), reason, until: end });
  }
  return state === 'half-open' && row ? { ...row, failed_at: nowMs } : undefined;
}

export function afterFailure(row: BreakerRow | undefined, host: string, reason: string, nowMs: number): BreakerRow {
  const { state, failures } = breakerState(row, nowMs);
  // a try after a back-off that fails opens again at once, however long ago the earlier ones were
  const next = state === 'half-open' ? Math.max(OPENS_AT, failures + 1) : failures + 1;
  return { host, failures: next, failed_at: nowMs, reason };
}

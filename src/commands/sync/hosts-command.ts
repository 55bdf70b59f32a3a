/** Shared by the `rr cluster` commands that visit hosts: options, and lines about failures. */
import { printable } from '../../core/printable.ts';
import type { EachHostOptions, HostOutcome } from '../../sync/each-host.ts';
import type { LocalSide } from '../../sync/peer/local.ts';

interface Flags {
  readonly breaker: boolean;
  readonly 'max-parallel': number;
}

interface Visit {
  readonly signal: AbortSignal;
  /** Show each host on a terminal. */
  readonly live: boolean;
}

export const visitOptions = (flags: Flags, local: LocalSide, { signal, live }: Visit): EachHostOptions => ({
  breakers: flags.breaker ? local.state.breakers : undefined,
  maxParallel: flags['max-parallel'],
  signal,
  live,
});

/** One line for each host that failed, for stderr. */
export const failureLines = (outcomes: readonly HostOutcome<unknown>[]): string =>
  outcomes.flatMap((outcome) => (outcome.ok ? [] : [`${printable(outcome.error.message)}\n`])).join('');

/** Shared by the `rr cluster` commands that visit hosts: options, and lines about failures. */
import type { EachHostOptions, HostOutcome } from '../../sync/each-host.ts';
import type { LocalSide } from '../../sync/peer/local.ts';

interface Flags {
  readonly breaker: boolean;
  readonly 'max-parallel': number;
}

export const visitOptions = (flags: Flags, local: LocalSide, signal: AbortSignal): EachHostOptions => ({
  breakers: flags.breaker ? local.state.breakers : undefined,
  maxParallel: flags['max-parallel'],
  signal,
});

/** One line for each host that failed, for stderr. */
export const failureLines = (outcomes: readonly HostOutcome<unknown>[]): string =>
  outcomes.flatMap((outcome) => (outcome.ok ? [] : [`${outcome.error.message}\n`])).join('');

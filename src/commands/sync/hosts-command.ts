/** What the `rr cluster` commands that visit hosts share: options, and how the whole ended. */
import type { ExitCode } from '../../core/errors.ts';
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

/** 0 when all went well, the common status when all failed alike, 6 otherwise. */
export function exitOfHosts(outcomes: readonly HostOutcome<unknown>[]): ExitCode {
  const failed = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.error]));
  const [first] = failed;
  if (!first) return 0;
  return failed.length === outcomes.length && failed.every((error) => error.exit === first.exit) ? first.exit : 6;
}

/** One line for each host that failed, for stderr. */
export const failureLines = (outcomes: readonly HostOutcome<unknown>[]): string =>
  outcomes.flatMap((outcome) => (outcome.ok ? [] : [`${outcome.error.message}\n`])).join('');

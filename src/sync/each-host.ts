/** The same work on many hosts, so many at a time; one host's failure is that host's result. */

import type { Host } from '../cluster/hosts/file.ts';
import { Session, type SessionOptions } from '../cluster/ssh/session.ts';
import type { ExitCode, RrError } from '../core/errors.ts';
import { sideBySide } from '../io/task-list.ts';
import { named } from './peer/failure.ts';

export type HostOutcome<T> =
  | { readonly host: Host; readonly ok: true; readonly value: T }
  | { readonly host: Host; readonly ok: false; readonly error: RrError };

export interface EachHostOptions extends SessionOptions {
  readonly maxParallel: number;
  /** Show each host on a terminal. */
  readonly live: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Outcomes in the order of `hosts`. @throws the signal's reason once it is aborted */
export async function eachHost<T>(
  hosts: readonly Host[],
  options: EachHostOptions,
  work: (session: Session) => Promise<T>,
): Promise<HostOutcome<T>[]> {
  const outcomes = new Map<Host, HostOutcome<T>>();
  const { maxParallel, live } = options;
  await sideBySide(hosts, { title: (host) => host.name, maxParallel, live }, async (host) => {
    options.signal?.throwIfAborted();
    const session = new Session(host, options);
    try {
      outcomes.set(host, { host, ok: true, value: await work(session) });
      return undefined;
    } catch (thrown) {
      options.signal?.throwIfAborted();
      const error = named(host.name, thrown);
      outcomes.set(host, { host, ok: false, error });
      return error.message;
    } finally {
      await session.close();
    }
  });
  return hosts.flatMap((host) => outcomes.get(host) ?? []);
}

/** Exit status of work on several hosts: 0 when all went well, the common status when all failed alike, 6 otherwise. */
export function exitOfAll(exits: readonly ExitCode[]): ExitCode {
  const [first = 0] = exits;
  return exits.every((exit) => exit === first) ? first : 6;
}

export const exitOfHosts = (outcomes: readonly HostOutcome<unknown>[]): ExitCode =>
  exitOfAll(outcomes.map((outcome) => (outcome.ok ? 0 : outcome.error.exit)));

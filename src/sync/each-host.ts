/** The same work on many hosts, so many at a time; one host's failure is that host's result. */

import type { Host } from '../cluster/hosts/file.ts';
import { Session, type SessionOptions } from '../cluster/ssh/session.ts';
import type { ExitCode, RrError } from '../core/errors.ts';
import { named } from './peer/failure.ts';

export type HostOutcome<T> =
  | { readonly host: Host; readonly ok: true; readonly value: T }
  | { readonly host: Host; readonly ok: false; readonly error: RrError };

export interface EachHostOptions extends SessionOptions {
  readonly maxParallel: number;
  readonly signal?: AbortSignal | undefined;
}

/** Outcomes in the order of `hosts`. @throws the signal's reason once it is aborted */
export async function eachHost<T>(
  hosts: readonly Host[],
  options: EachHostOptions,
  work: (session: Session) => Promise<T>,
): Promise<HostOutcome<T>[]> {
  const outcomes = new Map<Host, HostOutcome<T>>();
  const queue = hosts.values();
  const worker = async (): Promise<void> => {
    for (const host of queue) {
      options.signal?.throwIfAborted();
      const session = new Session(host, options);
      try {
        outcomes.set(host, { host, ok: true, value: await work(session) });
      } catch (error) {
        options.signal?.throwIfAborted();
        outcomes.set(host, { host, ok: false, error: named(host.name, error) });
      } finally {
        await session.close();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.maxParallel, hosts.length) }, worker));
  return hosts.flatMap((host) => outcomes.get(host) ?? []);
}

/** Exit status of work on several hosts: 0 when all went well, the common status when all failed alike, 6 otherwise. */
export function exitOfAll(exits: readonly ExitCode[]): ExitCode {
  const [first = 0] = exits;
  return exits.every((exit) => exit === first) ? first : 6;
}

export const exitOfHosts = (outcomes: readonly HostOutcome<unknown>[]): ExitCode =>
  exitOfAll(outcomes.map((outcome) => (outcome.ok ? 0 : outcome.error.exit)));

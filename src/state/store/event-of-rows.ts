/** Events that rows of the state store stand for: written in the transaction that writes the row. */
import * as z from 'zod';
import type { AuditRow } from './audit.ts';
import { type Event, makeEvent } from './event.ts';
import type { LeaseInfo } from './lease.ts';
import type { RunInfo } from './runs.ts';

/** Key of an audit row's detail that says that the pointer goes back. */
export const ROLLBACK = 'rollback';
const Detail = z.looseObject({ [ROLLBACK]: z.boolean().optional() });

/** Undefined for the pointers that nobody plays with. */
export function eventOfMove(row: AuditRow): Event | undefined {
  if (row.pointer !== 'production') return undefined;
  const detail = Detail.safeParse(JSON.parse(row.detail));
  const back = detail.success && detail.data[ROLLBACK] === true;
  const { id: move, hash: model, previous, actor, reason, at, host, config } = row;
  const facts = { move, model, previous, actor: clipped(actor), reason: clipped(reason) };
  return makeEvent({ type: back ? 'model_rolled_back' : 'model_promoted', at, host, config, facts });
}

/** Exit statuses that say that something went wrong; 3, 4, 75, 124 and the signals are answers. */
const FAILURES: ReadonlySet<number> = new Set([1, 2, 5, 6, 78]);

export function eventOfEnd(run: RunInfo): Event | undefined {
  const { run_id, command, config, host, ended_at, exit, trace } = run;
  if (exit === null || ended_at === null || !FAILURES.has(exit)) return undefined;
  return makeEvent({
    ...{ type: 'run_failed', at: ended_at, host, config: config ?? undefined, trace: trace ?? undefined },
    facts: { run: run_id, command, exit },
  });
}

/** For a run of which `stateOfRun` says that it is lost. */
export function eventOfLoss(run: RunInfo): Event {
  const { run_id, command, config, host, started_at, heartbeat_at, trace } = run;
  return makeEvent({
    ...{ type: 'run_lost', at: heartbeat_at, host, config: config ?? undefined, trace: trace ?? undefined },
    facts: { run: run_id, command, started: started_at },
  });
}

/** @param before the row of the lease until now; given back, its expiry is 0 */
export function eventOfTheft(before: LeaseInfo | undefined, after: LeaseInfo): Event | undefined {
  if (before === undefined || before.expires_at === 0) return undefined;
  const holder = ({ owner, host }: LeaseInfo): string => clipped(`${owner.split('#')[0]} on ${host}`);
  const facts = { lease: after.name, epoch: after.epoch, from: holder(before), to: holder(after) };
  return makeEvent({ type: 'lease_stolen', at: after.acquired_at, host: after.host, facts });
}

const clipped = (text: string): string => text.slice(0, 2000);

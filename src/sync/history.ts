/** Notes of earlier syncs: the last one with each host and its outcome. No host is contacted. */
import type { Host } from '../cluster/hosts/file.ts';
import type { BreakerState } from '../state/store/breaker.ts';
import { factsOf } from '../state/store/event.ts';
import { thisProcess } from '../state/store/machine.ts';
import type { StateStore } from '../state/store/store.ts';

export interface HostHistory {
  readonly host: string;
  readonly status: Host['status'];
  readonly breaker: BreakerState['state'];
  /** Last push and pull that went well; null: never. ISO 8601. */
  readonly pushed: string | null;
  readonly pulled: string | null;
  /** Why the last sync failed, when it did. */
  readonly failed: string | null;
}

export async function syncHistory({ events, breakers }: StateStore, hosts: readonly Host[]): Promise<HostHistory[]> {
  const me = thisProcess().host;
  const past = (await events.find({ types: ['data_synced', 'sync_failed'] })).reverse().flatMap((event) => {
    const done = factsOf(event, 'data_synced');
    const failed = factsOf(event, 'sync_failed');
    const transfer = done ?? failed;
    // those of other machines came by rr sync; old ones do not say whose they are
    return transfer && (transfer.by === me || transfer.by === '')
      ? [{ ...transfer, at: new Date(event.at).toISOString(), reason: failed?.reason }]
      : [];
  });
  const rows: HostHistory[] = [];
  for (const { name, status } of hosts) {
    const last = (direction: string) =>
      past.find((one) => one.with === name && one.direction === direction && one.reason === undefined)?.at ?? null;
    const failed = past.find((one) => one.with === name)?.reason ?? null;
    const breaker = (await breakers.state(name)).state;
    rows.push({ host: name, status, breaker, pushed: last('push'), pulled: last('pull'), failed });
  }
  return rows;
}

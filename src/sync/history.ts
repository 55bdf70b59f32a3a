/** Notes of earlier syncs: the last one with each host and its outcome. No host is contacted. */
import * as z from 'zod';
import type { Host } from '../cluster/hosts/file.ts';
import type { BreakerState } from '../state/store/breaker.ts';
import type { StateStore } from '../state/store/store.ts';

/** Events looked through for the last sync with each host. */
const LOOK_BACK = 5000;

const Transfer = z.looseObject({
  host: z.string(),
  direction: z.string(),
  status: z.string(),
  reason: z.string().optional(),
});

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
  const past = (await events.newest('transfer', LOOK_BACK)).flatMap(({ at, detail }) => {
    const transfer = Transfer.safeParse(JSON.parse(detail));
    return transfer.success ? [{ at: new Date(at).toISOString(), ...transfer.data }] : [];
  });
  const rows: HostHistory[] = [];
  for (const { name, status } of hosts) {
    const last = (direction: string) =>
      past.find((one) => one.host === name && one.direction === direction && one.status === 'done')?.at ?? null;
    const newest = past.find((one) => one.host === name);
    const failed = newest?.status === 'failed' ? (newest.reason ?? null) : null;
    const breaker = (await breakers.state(name)).state;
    rows.push({ host: name, status, breaker, pushed: last('push'), pulled: last('pull'), failed });
  }
  return rows;
}

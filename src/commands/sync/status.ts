/** `rr sync status`: when each host was last synced with, how it went, and whether it rests. Asks nobody. */
import * as z from 'zod';
import { breakerState } from '../../state/breaker.ts';
import { newestEvents } from '../../state/journal.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';
import { hostFlags, hostsFromFlags } from './flags.ts';
import { openLocal } from './local.ts';

/** Events looked through for the last sync with each host. */
const LOOK_BACK = 5000;

const Transfer = z.looseObject({
  host: z.string(),
  direction: z.string(),
  status: z.string(),
  reason: z.string().optional(),
});

export default class SyncStatus extends RrCommand {
  static override description = 'Reads the notes of earlier syncs on this machine; no host is contacted.';
  static override examples = ['rr sync status', 'rr sync status --format ndjson'];
  static override flags = { ...dataFlag, hosts: hostFlags.hosts, host: hostFlags.host, role: hostFlags.role };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(SyncStatus);
    const { hosts } = hostsFromFlags(flags);
    const local = openLocal(flags.data);
    try {
      const past = newestEvents(local.state, 'transfer', LOOK_BACK).flatMap(({ at, detail }) => {
        const transfer = Transfer.safeParse(JSON.parse(detail));
        return transfer.success ? [{ at: new Date(at).toISOString(), ...transfer.data }] : [];
      });
      const rows = hosts.map(({ name, status }) => {
        const last = (direction: string) =>
          past.find((one) => one.host === name && one.direction === direction && one.status === 'done')?.at ?? null;
        const newest = past.find((one) => one.host === name);
        const failed = newest?.status === 'failed' ? (newest.reason ?? null) : null;
        const breaker = breakerState(local.state, name).state;
        return { host: name, status, breaker, pushed: last('push'), pulled: last('pull'), failed };
      });
      await this.present({
        type: 'sync_status',
        rows,
        columns: [
          { title: 'HOST', value: (row) => row.host },
          { title: 'STATUS', value: (row) => row.status },
          { title: 'BREAKER', value: (row) => row.breaker },
          { title: 'PUSHED', value: (row) => row.pushed ?? 'never' },
          { title: 'PULLED', value: (row) => row.pulled ?? 'never' },
          { title: 'FAILED', value: (row) => row.failed ?? '' },
        ],
        summary: { hosts: rows.length },
      });
      return undefined;
    } finally {
      await local.close();
    }
  }
}

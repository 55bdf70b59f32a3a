/** `rr sync status`: when each host was last synced with, how it went, and its breaker. Offline. */
import { syncHistory } from '../../sync/history.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';
import { hostFlags, hostsFromFlags } from './flags.ts';
import { openLocal } from './local.ts';

export default class SyncStatus extends RrCommand {
  static override description = 'Reads the notes of earlier syncs on this machine; no host is contacted.';
  static override examples = ['rr sync status', 'rr sync status --format ndjson'];
  static override flags = { ...dataFlag, hosts: hostFlags.hosts, host: hostFlags.host, role: hostFlags.role };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(SyncStatus);
    const { hosts } = hostsFromFlags(flags);
    const local = await openLocal(flags.data);
    try {
      const rows = await syncHistory(local.state, hosts);
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

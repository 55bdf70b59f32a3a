/** `rr sync status`: when each host was last synced with, how it went, and its breaker. Offline. */
import { type HostHistory, syncHistory } from '../../sync/history.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, durationFlag } from '../cli/flags.ts';
import { hostFlags, hostsFromFlags } from './flags.ts';
import { openLocal } from './local.ts';

const DAY_MS = 86_400_000;

/** A host about to go away, or given up, need not be fresh. */
function isLate({ status, pushed, pulled }: HostHistory, oldestMs: number): boolean {
  const last = Math.max(Date.parse(pushed ?? '') || 0, Date.parse(pulled ?? '') || 0);
  return status === 'active' && last < oldestMs;
}

export default class SyncStatus extends RrCommand {
  static override description =
    'Reads the notes of earlier syncs on this machine; no host is contacted. Exit 3 when the last sync with a host that ' +
    'went well is longer ago than --max-age.';

  static override examples = ['rr sync status', 'rr sync status --max-age 2h --format ndjson'];

  static override flags = {
    ...dataFlag,
    hosts: hostFlags.hosts,
    host: hostFlags.host,
    role: hostFlags.role,
    'max-age': durationFlag('--max-age')({ description: 'how old the last sync may be (default 1d)' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(SyncStatus);
    const { hosts } = hostsFromFlags(flags);
    const local = await openLocal(flags.data);
    try {
      const oldest = Date.now() - (flags['max-age'] ?? DAY_MS);
      const rows = (await syncHistory(local.state, hosts)).map((row) => ({ ...row, late: isLate(row, oldest) }));
      const late = rows.filter((row) => row.late).map(({ host }) => host);
      await this.present({
        type: 'sync_status',
        rows,
        columns: [
          { title: 'HOST', value: (row) => row.host },
          { title: 'STATUS', value: (row) => row.status },
          { title: 'BREAKER', value: (row) => row.breaker },
          { title: 'PUSHED', value: (row) => row.pushed ?? 'never' },
          { title: 'PULLED', value: (row) => row.pulled ?? 'never' },
          { title: 'LATE', value: (row) => (row.late ? 'late' : '') },
          { title: 'FAILED', wrap: true, value: (row) => row.failed ?? '' },
        ],
        summary: { hosts: rows.length, late },
      });
      return late.length === 0 ? undefined : 3;
    } finally {
      await local.close();
    }
  }
}

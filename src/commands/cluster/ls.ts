/** `rr cluster ls`: the hosts of hosts.yaml and their breakers. Offline. */
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';
import { hostFlags, hostsFromFlags } from '../sync/flags.ts';
import { openLocal } from '../sync/local.ts';

export default class ClusterLs extends RrCommand {
  static override description = 'Lists hosts.yaml, retired hosts only when named. Addresses and keys are not shown.';
  static override examples = ['rr cluster ls', 'rr cluster ls --role train'];
  static override flags = { ...dataFlag, hosts: hostFlags.hosts, host: hostFlags.host, role: hostFlags.role };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(ClusterLs);
    const { hosts } = hostsFromFlags(flags);
    const local = await openLocal(flags.data);
    try {
      const rows = [];
      for (const host of hosts) {
        rows.push({
          host: host.name,
          status: host.status,
          roles: host.roles.join(','),
          gpu: host.gpu ?? null,
          memory: host.memory ?? null,
          provider: host.provider ?? null,
          jump: host.jump?.name ?? null,
          bandwidth: host.bandwidth ?? null,
          breaker: (await local.state.breakers.state(host.name)).state,
        });
      }
      await this.present({
        type: 'host',
        rows,
        columns: [
          { title: 'HOST', value: (row) => row.host },
          { title: 'STATUS', value: (row) => row.status },
          { title: 'ROLES', wrap: true, value: (row) => row.roles },
          { title: 'GPU', value: (row) => row.gpu ?? '' },
          { title: 'PROVIDER', value: (row) => row.provider ?? '' },
          { title: 'JUMP', value: (row) => row.jump ?? '' },
          { title: 'BREAKER', value: (row) => row.breaker },
        ],
        summary: { hosts: rows.length },
      });
      return undefined;
    } finally {
      await local.close();
    }
  }
}

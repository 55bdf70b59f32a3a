/** `rr sync plan`: what a push and a pull would move, with sizes; changes nothing. */
import { exitOf } from '../../sync/run.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { optionsFrom, peersFrom, requireHosts, runSync, type SyncContext, transferColumns } from './command.ts';
import { replicasFlag, syncFlags } from './flags.ts';
import { openLocal } from './local.ts';

export default class SyncPlan extends RrCommand {
  static override description =
    'Compares this machine with the hosts in both directions and says what each lacks. With --replicas it tells how ' +
    'many things have fewer copies than that, and what a push with the same flag would send where.';

  static override examples = ['rr sync plan', 'rr sync plan --replicas 2 --kind games'];

  static override flags = { ...syncFlags, ...replicasFlag };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(SyncPlan);
    requireHosts(flags);
    const local = await openLocal(flags.data);
    try {
      const peers = peersFrom(flags, local);
      const context = (): SyncContext => ({
        signal: this.stop.signal,
        progress: this.live ? undefined : this.progress({ label: 'comparing', unit: 'MB' }),
      });
      const dry = { ...flags, 'dry-run': true };
      const { replicas } = flags;
      const push = await runSync(local, peers, { ...optionsFrom(dry, 'push'), replicas }, context());
      const pull = replicas === undefined ? await runSync(local, peers, optionsFrom(dry, 'pull'), context()) : [];
      const records = [...push, ...pull];
      const short = push.find((record) => record.short !== undefined)?.short;
      await this.present({
        type: 'transfer',
        rows: records,
        columns: transferColumns,
        summary: { hosts: peers.length, ...(short === undefined ? {} : { short }) },
      });
      if (short !== undefined) this.say(`${short} things have fewer than ${replicas} copies`);
      return exitOf(records);
    } finally {
      await local.close();
    }
  }
}

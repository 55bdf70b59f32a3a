/** Base of `rr sync push` and `rr sync pull`: one direction, shown as records, with a line about failures. */
import { printable } from '../../core/printable.ts';
import { dataPaths } from '../../io/paths.ts';
import type { LocalSide } from '../../sync/peer/local.ts';
import type { Direction, Peer } from '../../sync/peers.ts';
import { exitOf } from '../../sync/run.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { optionsFrom, requireHosts, runSync, transferColumns } from './command.ts';
import type { SyncFlagValues } from './flags.ts';
import { openLocal } from './local.ts';

export interface TransferJob {
  readonly direction: Direction;
  readonly flags: SyncFlagValues;
  readonly replicas?: number | undefined;
  /** The machines to visit, in order. */
  readonly peers: (local: LocalSide) => Promise<readonly Peer[]>;
}

export abstract class TransferCommand extends RrCommand {
  protected async transfer({ direction, flags, replicas, peers }: TransferJob): Promise<Outcome> {
    requireHosts(flags);
    const local = await openLocal(flags.data);
    await this.recordRun(dataPaths(flags.data), { needed: true });
    try {
      const options = { ...optionsFrom(flags, direction), replicas };
      const records = await runSync(local, await peers(local), options, {
        signal: this.stop.signal,
        progress: this.live ? undefined : this.progress({ label: `${direction}ing`, unit: 'MB' }),
      });
      const failed = records.filter((record) => record.status === 'failed').map((record) => record.host);
      await this.present({
        type: 'transfer',
        rows: records,
        columns: transferColumns,
        summary: { hosts: records.length, failed },
      });
      if (failed.length > 0) process.stderr.write(`rr ${this.commandName}: failed: ${printable(failed.join(', '))}\n`);
      for (const { host, untrusted } of records) {
        if (untrusted > 0)
          this.note(`${host}: ${untrusted} moves of pointers were left there; trust: in hosts.yaml says whose count`);
      }
      return exitOf(records);
    } finally {
      await local.close();
    }
  }
}

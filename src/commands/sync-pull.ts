/** `rr sync pull`: what others have and this machine lacks comes here. */
import { Flags } from '@oclif/core';
import { type Outcome, RrCommand } from './base.ts';
import { dataFlag } from './flags.ts';
import { optionsFrom, peersFrom, runSync, syncExit, transferColumns, urgency } from './sync/command.ts';
import { syncFlags } from './sync/flags.ts';
import { openLocal } from './sync/local.ts';

export default class SyncPull extends RrCommand {
  static override description =
    'Fetches games, samples, models with their pointers, and results that this machine lacks. Only what is missing ' +
    'travels, an interrupted transfer goes on where it stopped, and repeating is free.';

  static override examples = [
    'rr sync pull',
    'rr sync pull --kind games --since last',
    'rr sync pull --orphans --urgent',
  ];

  static override flags = {
    ...dataFlag,
    ...syncFlags,
    orphans: Flags.boolean({
      description: 'first from hosts that are draining or failed lately, resting ones included',
    }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(SyncPull);
    const local = openLocal(flags.data);
    try {
      const peers = peersFrom(flags.orphans ? { ...flags, breaker: false } : flags, local);
      if (flags.orphans) peers.sort((a, b) => urgency(local, b) - urgency(local, a));
      const records = await runSync(local, peers, optionsFrom(flags, 'pull'), {
        signal: this.stop.signal,
        progress: (details) => this.progress({ label: 'pulling', unit: 'MB' }, details),
      });
      const failed = records.filter((record) => record.status === 'failed').map((record) => record.host);
      await this.present({
        type: 'transfer',
        rows: records,
        columns: transferColumns,
        summary: { hosts: records.length, failed },
      });
      if (failed.length > 0) process.stderr.write(`rr ${this.commandName}: failed: ${failed.join(', ')}\n`);
      return syncExit(records);
    } finally {
      await local.close();
    }
  }
}

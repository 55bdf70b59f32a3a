/** `rr sync push`: what this machine has and others lack goes to them. */
import { Flags } from '@oclif/core';
import { type Outcome, RrCommand } from './base.ts';
import { dataFlag } from './flags.ts';
import { optionsFrom, peersFrom, runSync, syncExit, transferColumns } from './sync/command.ts';
import { syncFlags } from './sync/flags.ts';
import { openLocal } from './sync/local.ts';

export default class SyncPush extends RrCommand {
  static override description =
    'Sends games, samples, models with their pointers, and results that the hosts lack. Only what is missing travels, ' +
    'an interrupted transfer goes on where it stopped, and repeating is free. Hosts that are draining get nothing.';

  static override examples = [
    'rr sync push --host gpu-1',
    'rr sync push --kind models --config hex8_2p',
    'rr sync push --folder /mnt/backup',
    'rr sync push --replicas 2',
  ];

  static override flags = {
    ...dataFlag,
    ...syncFlags,
    replicas: Flags.integer({
      min: 1,
      max: 100,
      description: 'send only what has fewer copies than this, this machine counted',
      helpValue: 'N',
    }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(SyncPush);
    const local = openLocal(flags.data);
    try {
      const peers = peersFrom(flags, local).filter((peer) => !peer.leaving);
      const records = await runSync(
        local,
        peers,
        { ...optionsFrom(flags, 'push'), replicas: flags.replicas },
        {
          signal: this.stop.signal,
          progress: (details) => this.progress({ label: 'pushing', unit: 'MB' }, details),
        },
      );
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

/** `rr sync pull`: what others have and this machine lacks comes here. */
import { Flags } from '@oclif/core';
import { byUrgency } from '../../sync/peers.ts';
import type { Outcome } from '../cli/base.ts';
import { peersFrom } from './command.ts';
import { syncFlags } from './flags.ts';
import { TransferCommand } from './transfer-command.ts';

export default class SyncPull extends TransferCommand {
  static override description =
    'Fetches games, samples, models with their pointers, and results that this machine lacks. Only what is missing ' +
    'travels, an interrupted transfer resumes where it stopped, and repeating is free.';

  static override examples = [
    'rr sync pull',
    'rr sync pull --kind games --since last',
    'rr sync pull --orphans --urgent',
  ];

  static override flags = {
    ...syncFlags,
    orphans: Flags.boolean({
      description: 'first from hosts that are draining or failed lately, those backed off included',
    }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(SyncPull);
    return this.transfer({
      direction: 'pull',
      flags,
      peers: async (local) =>
        flags.orphans
          ? byUrgency(peersFrom({ ...flags, breaker: false }, local), local.state.breakers)
          : peersFrom(flags, local),
    });
  }
}

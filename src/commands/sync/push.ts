/** `rr sync push`: what this machine has and others lack goes to them. */
import type { LocalSide } from '../../sync/peer/local.ts';
import type { Peer } from '../../sync/peers.ts';
import type { Outcome } from '../cli/base.ts';
import { peersFrom } from './command.ts';
import { replicasFlag, syncFlags } from './flags.ts';
import { TransferCommand } from './transfer-command.ts';

export default class SyncPush extends TransferCommand {
  static override description =
    'Sends games, samples, models with their pointers, and results that the hosts lack. Only what is missing travels, ' +
    'an interrupted transfer resumes where it stopped, and repeating is free. Hosts that are draining get nothing.';

  static override examples = [
    'rr sync push --host gpu-1',
    'rr sync push --kind models --config hex8_2p',
    'rr sync push --folder /mnt/backup',
    'rr sync push --replicas 2',
  ];

  static override flags = { ...syncFlags, ...replicasFlag };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(SyncPush);
    const peers = async (local: LocalSide): Promise<Peer[]> => peersFrom(flags, local).filter((peer) => !peer.leaving);
    return this.transfer({ direction: 'push', flags, replicas: flags.replicas, peers });
  }
}

/** `rr sync agent`: the far end of a sync. Started by rr itself on a host, over ssh. */
import { serve } from '../../sync/peer/agent.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';
import { openLocal } from './local.ts';

export default class SyncAgent extends RrCommand {
  static override description =
    'Answers requests on stdin with answers on stdout until stdin ends. Not meant for people: rr sync and rr cluster ' +
    'start it on the hosts they talk to. It reaches nothing outside the data folder.';
  static override examples = ['rr sync agent --data /srv/rr'];
  static override flags = { ...dataFlag };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(SyncAgent);
    const local = await openLocal(flags.data);
    // a connection that breaks ends stdin; one that is cut off while we write must end us as well
    process.stdout.on('error', () => process.exit(0));
    try {
      await serve(local, process.stdin, process.stdout);
      return undefined;
    } finally {
      await local.close();
    }
  }
}

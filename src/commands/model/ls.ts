/** `rr model ls`: what is in the store. */

import { readStore } from '../../models/open.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags, gameFromFlags } from '../cli/flags.ts';
import { timeText } from '../cli/time-text.ts';

export default class ModelLs extends RrCommand {
  static override description =
    'Models in the store, newest first, and which of them `production` and `candidate` name.';

  static override examples = ['rr model ls', 'rr model ls --config hex8_2p'];

  static override flags = { ...gameFlags, ...dataFlag };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(ModelLs);
    return readStore(flags.data, async (store) => {
      const rows = await store.list(gameFromFlags(flags)?.key);
      await this.present({
        type: 'model',
        rows,
        columns: [
          { title: 'CONFIG', value: (row) => row.config },
          { title: 'MODEL', value: (row) => row.hash.slice(0, 12) },
          { title: 'KIB', value: (row) => String(Math.round(row.bytes / 1024)) },
          { title: 'ADDED', value: (row) => timeText(row.addedAt) },
          { title: 'POINTERS', wrap: true, value: (row) => row.pointers.join(' ') },
        ],
        none: 'no models yet; rr train and rr loop make them',
        summary: { models: rows.length },
      });
      return undefined;
    });
  }
}

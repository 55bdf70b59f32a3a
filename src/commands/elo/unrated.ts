/** `rr elo unrated`: models that have not played yet. */
import { unratedModels } from '../../arena/ratings/read.ts';
import { dataPaths } from '../../io/paths.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags } from '../cli/flags.ts';
import { timeText } from '../cli/time-text.ts';
import { requiredGame } from '../cli/usual-game.ts';

export default class EloUnrated extends RrCommand {
  static override description = 'Models of a config in the store that no recorded game has seen. Exit 4 without any.';

  static override examples = ['rr elo unrated --config hex8_2p'];

  static override flags = { ...gameFlags, ...dataFlag };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(EloUnrated);
    const config = requiredGame(flags);
    const rows = await unratedModels(dataPaths(flags.data), config);
    await this.present({
      type: 'unrated',
      rows: rows.map(({ hash, addedAt, path, pointers }) => ({ config: config.key, hash, addedAt, path, pointers })),
      columns: [
        { title: 'MODEL', value: ({ hash }) => hash.slice(0, 12) },
        { title: 'ADDED', value: ({ addedAt }) => timeText(addedAt) },
        { title: 'POINTERS', wrap: true, value: ({ pointers }) => pointers.join(' ') },
      ],
      none: `no model of ${config.key}`,
      header: { config: config.key },
      summary: { config: config.key, unrated: rows.length },
    });
    return rows.length === 0 ? 4 : 0;
  }
}

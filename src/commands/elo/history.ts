/** `rr elo history`: ratings in the order in which participants first played. */
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags } from '../cli/flags.ts';
import { timeText } from '../cli/time-text.ts';
import { requiredGame } from '../cli/usual-game.ts';
import { ratingColumns, ratingsFor, roundedRow } from './ratings.ts';

export default class EloHistory extends RrCommand {
  static override description =
    'Ratings in the order of first games, all computed together: how a config has come along. Exit 4 without any.';

  static override examples = ['rr elo history --config hex8_2p'];

  static override flags = { ...gameFlags, ...dataFlag };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(EloHistory);
    const config = requiredGame(flags);
    const { rated } = await ratingsFor(flags.data, config);
    const rows = rated.filter(({ games }) => games > 0).sort((a, b) => a.first - b.first);
    await this.present({
      type: 'rating',
      rows: rows.map((row) => ({ config: config.key, ...roundedRow(row) })),
      columns: [{ title: 'FIRST GAME', value: ({ first }) => timeText(first) }, ...ratingColumns],
      none: `no games of ${config.key} on record yet; rr gauntlet and rr loop play them`,
      header: { config: config.key },
      summary: { config: config.key, participants: rows.length },
    });
    return rows.length === 0 ? 4 : 0;
  }
}

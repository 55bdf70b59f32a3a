/** `rr elo ls`: the ratings of a config. */
import { Flags } from '@oclif/core';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags } from '../cli/flags.ts';
import { requiredGame } from '../cli/usual-game.ts';
import { ratingColumns, ratingsFor, roundedRow } from './ratings.ts';

export default class EloLs extends RrCommand {
  static override description =
    'Ratings of everybody who played a config: joint maximum likelihood over all recorded games (Bradley–Terry; ' +
    'Plackett–Luce over rankings with three and four players), random at 400, with 95 % intervals. --running adds ' +
    'upstream’s K-factor rating, which depends on the order of the games. Exit 4 without any.';

  static override examples = ['rr elo ls --config hex8_2p', 'rr elo ls --config hex8_2p --running'];

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    running: Flags.boolean({ description: "also upstream's K-factor Elo" }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(EloLs);
    const config = requiredGame(flags);
    const { rated, unconnected } = await ratingsFor(flags.data, config);
    const played = rated.filter(({ games }) => games > 0);
    await this.present({
      type: 'rating',
      rows: played.map((row) => ({ config: config.key, ...roundedRow(row) })),
      columns: [
        ...ratingColumns,
        ...(flags.running
          ? [{ title: 'K-FACTOR', value: (row: { runningElo: number }) => Math.round(row.runningElo) }]
          : []),
      ],
      none: `no games of ${config.key} on record yet; rr gauntlet and rr loop play them`,
      header: { config: config.key },
      summary: { config: config.key, participants: played.length, unconnected },
    });
    if (unconnected.length > 0) this.say(`not connected with random by any games: ${unconnected.join(', ')}`);
    return played.length === 0 ? 4 : 0;
  }
}

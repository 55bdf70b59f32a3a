/** `rr elo stale`: participants without recent games. */
import { Flags } from '@oclif/core';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags } from '../cli/flags.ts';
import { requiredGame } from '../cli/usual-game.ts';
import { ratingColumns, ratingsFor, roundedRow } from './ratings.ts';

const HOUR = 3_600_000;

export default class EloStale extends RrCommand {
  static override description = 'Participants of a config whose last game is long ago. Exit 4 without any.';

  static override examples = ['rr elo stale --config hex8_2p --hours 24'];

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    hours: Flags.integer({ description: 'how long ago', min: 0, default: 24, helpValue: 'N' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(EloStale);
    const config = requiredGame(flags);
    const { rated } = await ratingsFor(flags.data, config);
    const before = Date.now() - flags.hours * HOUR;
    const rows = rated.filter(({ games, last }) => games > 0 && last < before);
    await this.present({
      type: 'rating',
      rows: rows.map((row) => ({ config: config.key, ...roundedRow(row) })),
      columns: ratingColumns,
      none: `no stale participant of ${config.key}`,
      header: { config: config.key },
      summary: { config: config.key, stale: rows.length },
    });
    return rows.length === 0 ? 4 : 0;
  }
}

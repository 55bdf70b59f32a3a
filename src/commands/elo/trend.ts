/** `rr elo trend`: Elo per hour, plateau, regression. */
import { trendOf } from '../../arena/ratings/ratings.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags } from '../cli/flags.ts';
import { requiredGame } from '../cli/usual-game.ts';
import { ratingsFor } from './ratings.ts';

export default class EloTrend extends RrCommand {
  static override description =
    'How the networks of a config get on: Elo per hour as a line through their ratings, weighted by their intervals; ' +
    'plateau when the last three are not above the best before them; regression when the newest lies below the best ' +
    'beyond both intervals. Exit 3 on a regression, 4 with fewer than two networks.';

  static override examples = ['rr elo trend --config hex8_2p'];

  static override flags = { ...gameFlags, ...dataFlag };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(EloTrend);
    const config = requiredGame(flags);
    const trend = trendOf((await ratingsFor(flags.data, config)).rated);
    const { points, ...figures } = trend;
    const whole = (value: number | null): string => (value === null ? '–' : String(Math.round(value)));
    await this.present({
      type: 'trend',
      rows: [{ config: config.key, networks: points.length, ...figures }],
      columns: [
        { title: 'CONFIG', value: (row) => row.config },
        { title: 'NETWORKS', value: ({ networks }) => networks },
        { title: 'ELO/HOUR', value: ({ eloPerHour }) => whole(eloPerHour), align: 'right' },
        { title: '95%', value: ({ low, high }) => `${whole(low)} – ${whole(high)}` },
        {
          title: 'FLAGS',
          wrap: true,
          value: ({ plateau, regression }) =>
            [plateau && 'plateau', regression && 'regression'].filter(Boolean).join(' '),
        },
      ],
      header: { config: config.key },
      summary: { config: config.key },
    });
    if (points.length < 2) {
      this.say('a trend needs two networks that have played');
      return 4;
    }
    return trend.regression ? 3 : 0;
  }
}

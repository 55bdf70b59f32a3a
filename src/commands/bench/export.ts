/** `rr bench export`: how fast games become training files. */
import { Flags } from '@oclif/core';
import { gameConfig } from '../../engine/config-key.ts';
import { benchExport } from '../../samples/bench/bench.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { gameFlags, gameFromFlags, seedFlag } from '../cli/flags.ts';
import { benchPresentation, benchRow } from './rows.ts';

export default class BenchExport extends RrCommand {
  static override description =
    'Plays random games and exports them in both layouts. The rate counts processor time from games to finished file; ' +
    'the limit is what hashing, checking and deflating the same bytes takes by itself, measured in the same run.';

  static override examples = ['rr bench export', 'rr bench export --board square19 --games 20'];

  static override flags = {
    ...gameFlags,
    ...seedFlag,
    games: Flags.integer({ description: 'random games to play', min: 1, default: 500, helpValue: 'N' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(BenchExport);
    const config = gameFromFlags(flags) ?? gameConfig('hex8', 2);
    const results = await benchExport(config, flags.games, flags.seed ?? 1);
    const rows = results.map(({ layout, rate, limit }) =>
      benchRow({
        suite: 'export',
        case: `${config.key} ${layout}`,
        metric: 'export',
        value: rate,
        unit: 'samples/s/core',
        limit,
      }),
    );
    await this.present(benchPresentation(rows));
    return undefined;
  }
}

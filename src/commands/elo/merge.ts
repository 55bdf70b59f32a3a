/** `rr elo merge`: takes over the results that other state databases hold. */
import { Args } from '@oclif/core';
import { dataPaths } from '../../io/paths.ts';
import { type MergedResults, mergeResults } from '../../state/merge.ts';
import { withState } from '../../state/open.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';
import { pathText } from '../cli/path-text.ts';

export default class EloMerge extends RrCommand {
  static override description =
    'Adds the results of other state databases (state/rr.db of another machine) to ours. Results are a set: merging ' +
    'in any order, or twice, gives the same ratings everywhere. Exit 4 when nothing was new.';

  static override examples = ['rr elo merge other/state/rr.db'];

  static override args = { file: Args.string({ description: 'state databases', required: true }) };
  static override strict = false;

  static override flags = { ...dataFlag };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(EloMerge);
    const rows = await withState(dataPaths(flags.data).state, async ({ results }) => {
      const merged: MergedResults[] = [];
      for (const path of argv.map(String)) merged.push(await mergeResults(results, path));
      return merged;
    });
    await this.present({
      type: 'merged',
      rows,
      columns: [
        { title: 'DATABASE', value: ({ path }) => pathText(path) },
        { title: 'RESULTS', value: ({ results }) => results },
        { title: 'NEW', value: ({ added }) => added },
      ],
    });
    return rows.every(({ added }) => added === 0) ? 4 : 0;
  }
}

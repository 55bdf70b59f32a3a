/** `rr elo record`: adds match records to the results that ratings are computed from. */
import { Args, Flags } from '@oclif/core';
import { recordMatches } from '../../arena/ratings/facts.ts';
import { type MatchRecord, matchKind } from '../../arena/records.ts';
import { readRecords } from '../../io/ndjson/reader.ts';
import { dataPaths } from '../../io/paths.ts';
import { withState } from '../../state/open.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';

export default class EloRecord extends RrCommand {
  static override description =
    'Reads match records (rr gauntlet --no-record … | rr elo record -) and adds those that are new. A game that is ' +
    'there already changes nothing. Exit 4 when none was new.';

  static override examples = ['rr elo record gauntlet.ndjson', 'ssh host cat gauntlet.ndjson | rr elo record -'];

  static override args = { file: Args.string({ description: 'match records; - for stdin (the default)' }) };

  static override flags = {
    ...dataFlag,
    'allow-truncated': Flags.boolean({ description: 'use the records there are when the stream breaks off' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags, args } = await this.parse(EloRecord);
    const matches: MatchRecord[] = [];
    const options = { kinds: [matchKind], allowTruncated: flags['allow-truncated'] === true };
    for await (const item of readRecords(args.file ?? '-', options)) {
      const match = item.as(matchKind);
      if (match) matches.push(match);
    }
    const added = await withState(dataPaths(flags.data).state, ({ results }) => recordMatches(results, matches));
    await this.present({
      type: 'recorded',
      rows: [{ matches: matches.length, added }],
      columns: [
        { title: 'MATCHES', value: (row) => row.matches },
        { title: 'NEW', value: (row) => row.added },
      ],
    });
    return added === 0 ? 4 : 0;
  }
}

/** `rr db score`: the quality of games, by the formula of today. */
import { Flags } from '@oclif/core';
import { badText } from '../../games/bad-game.ts';
import { requireKind } from '../../games/convert/files.ts';
import { assertDatabases, findDatabases } from '../../games/databases/find.ts';
import { QUALITY_VERSION } from '../../games/quality/quality.ts';
import { type Rescored, rescore } from '../../games/quality/rescore.ts';
import { dataPaths } from '../../io/paths.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';
import { pathText } from '../cli/path-text.ts';
import { databaseArgs } from './query.ts';

export default class DbScore extends RrCommand {
  static override description =
    'Scores games that have no score, or one of an older formula: outcome, length, phases, variety and source, 0 to 1. ' +
    'Games of ours are scored when they are stored; games from elsewhere keep the score that they came with, unless ' +
    '--all. Without a file: all databases below data/games. Exit 4 when all scores are up to date.';

  static override examples = ['rr db score', 'rr db score games.db --all --dry-run'];

  static override args = databaseArgs;
  static override strict = false;
  static override flags = {
    ...dataFlag,
    all: Flags.boolean({ description: 'replace scores from elsewhere too' }),
    'dry-run': Flags.boolean({ description: 'count, and change nothing' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(DbScore);
    const files = argv.length > 0 ? argv.map(String) : findDatabases(dataPaths(flags.data).gamesFolder);
    await assertDatabases(files);
    for (const file of files) await requireKind(file, 'rr', `first: rr db convert ${file} --to rr --out NEW.db`);
    const progress = this.progress({ label: 'scoring', unit: 'games' });
    const rows: ({ readonly path: string } & Rescored)[] = [];
    try {
      for (const path of files) {
        if (this.stopping) break;
        const done = await rescore(path, {
          all: flags.all === true,
          dryRun: flags['dry-run'] === true,
          onBad: (bad) => progress.log(badText(bad)),
          onGame: () => progress.add(),
          stopped: () => this.stopping,
        });
        rows.push({ path, ...done });
      }
    } finally {
      progress.finish();
    }
    await this.present({
      type: 'score',
      rows,
      columns: [
        { title: 'DATABASE', value: (row) => pathText(row.path) },
        { title: 'GAMES', value: (row) => row.games },
        { title: flags['dry-run'] ? 'TO SCORE' : 'SCORED', value: (row) => row.scored },
        { title: 'FROM ELSEWHERE', value: (row) => row.kept },
      ],
      summary: { version: QUALITY_VERSION, scored: rows.reduce((sum, { scored }) => sum + scored, 0) },
    });
    if (rows.some(({ unreadable }) => unreadable > 0)) return 6;
    return rows.every(({ scored }) => scored === 0) ? 4 : undefined;
  }
}

/** `rr report`: what happened to a config, on one page. */
import { join } from 'node:path';
import { Flags } from '@oclif/core';
import { collectReport } from '../control/report/collect.ts';
import { chartsOf, reportPage } from '../control/report/page.ts';
import { writeFileAtomic } from '../io/atomic.ts';
import { dataPaths } from '../io/paths.ts';
import { chartFile } from '../view/chart/chart-style.ts';
import { type Outcome, RrCommand } from './cli/base.ts';
import { dataFlag, gameFlags } from './cli/flags.ts';
import { outFile } from './cli/out-file.ts';
import { pathText } from './cli/path-text.ts';
import { requiredGame } from './cli/usual-game.ts';

export default class Report extends RrCommand {
  static override description =
    'Writes one self-contained HTML file about a config: ratings with intervals, losses, games won by opponent and ' +
    'seat, how games end, throughput, promotions, and a few games to step through. Opens without a network. Exit 4 ' +
    'when there is nothing to report.';

  static override examples = [
    'rr report --config hex8_2p',
    'rr report --config hex8_2p --out report.html --svg charts',
  ];

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    out: outFile('--out')({
      description: 'the file to write (default runs/CONFIG/report.html)',
      helpValue: 'FILE.html',
    }),
    svg: Flags.string({ description: 'also write every chart into this folder', helpValue: 'DIR' }),
    games: Flags.integer({ description: 'games to step through', min: 0, default: 4, helpValue: 'N' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Report);
    const config = requiredGame(flags);
    const paths = dataPaths(flags.data);
    await this.recordRun(paths, { config: config.key, onlyLast: true });
    const data = await collectReport(config, paths, { games: flags.games, createdMs: Date.now() });
    if (data.rounds.length === 0 && data.rated.length === 0) {
      this.note(`nothing to report on ${config.key} in ${paths.root}: no rounds and no ratings`);
      return 4;
    }
    const out = flags.out ?? join(paths.runsFolder, config.key, 'report.html');
    const page = reportPage(data);
    await writeFileAtomic(out, page);
    const files = [{ path: out, bytes: Buffer.byteLength(page) }];
    if (flags.svg !== undefined) {
      for (const [name, svg] of Object.entries(chartsOf(data))) {
        const path = join(flags.svg, `${name}.svg`);
        const alone = chartFile([svg]);
        await writeFileAtomic(path, alone);
        files.push({ path, bytes: Buffer.byteLength(alone) });
      }
    }
    if (data.stall) this.note(`no improvement in rounds ${data.stall.rounds.join(', ')}: see the page`);
    await this.present({
      type: 'report',
      rows: files,
      columns: [
        { title: 'FILE', value: ({ path }) => pathText(path) },
        { title: 'BYTES', value: ({ bytes }) => bytes },
      ],
      header: { config: config.key },
      summary: {
        ...{ config: config.key, rounds: data.rounds.length, rated: data.rated.length },
        ...(data.stall && { stall: data.stall }),
      },
    });
    return 0;
  }
}

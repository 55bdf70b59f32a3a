/** `rr doctor`: is this machine fit for what it is wanted for, and if not, what mends it. */
import { Flags } from '@oclif/core';
import { PURPOSES, USUAL_PURPOSES } from '../health/check.ts';
import { examine } from '../health/examine.ts';
import { jobFindings } from '../health/jobs.ts';
import { tryProvider } from '../health/libraries.ts';
import { notifyOf } from '../health/notify.ts';
import { dataPaths } from '../io/paths.ts';
import { withState } from '../state/open.ts';
import { type Outcome, RrCommand } from './cli/base.ts';
import { dataFlag } from './cli/flags.ts';

export default class Doctor extends RrCommand {
  static override description =
    'Looks at the runtime, the native libraries, the providers that networks can run on, the data folder with its ' +
    'databases and models, disk, memory and clock. --sweep cleans up after processes that were killed; --repair rebuilds ' +
    'a damaged state database from its good rows and keeps the old one aside. Exit 3 when ' +
    'something that is needed does not work; something optional that is missing is only noted.';

  static override examples = [
    'rr doctor',
    'rr doctor --for gpu',
    'rr doctor --for selfplay --for remote --data /data/rr',
    'rr doctor --jobs',
    "rr doctor --jobs --notify 'tee -a found.ndjson'",
    'rr doctor --sweep',
    'rr doctor --repair',
  ];

  static override flags = {
    for: Flags.string({
      description: `what the machine is for: ${PURPOSES.join(', ')} (default ${USUAL_PURPOSES.join(', ')})`,
      options: [...PURPOSES],
      multiple: true,
      helpValue: 'PURPOSE',
    }),
    ...dataFlag,
    jobs: Flags.string({
      description: 'only look whether the jobs of jobs.yaml, or of this file, ran when they should',
      helpValue: 'FILE',
    }),
    notify: Flags.string({
      description: 'program told of each new finding that is broken, as JSON on its stdin; words separated by blanks',
      helpValue: 'CMD',
    }),
    sweep: Flags.boolean({ description: 'remove temporary files that killed processes left' }),
    repair: Flags.boolean({ description: 'make a damaged state database anew from what can be read' }),
    probe: Flags.option({ options: ['cpu', 'cuda', 'webgpu'] as const })({
      description: 'only try one provider',
      hidden: true,
    }),
  };

  protected override get bareFlags(): Readonly<Record<string, string>> {
    return { jobs: '' };
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Doctor);
    if (flags.probe) {
      await tryProvider(flags.probe);
      return undefined;
    }
    const wanted = flags.for ?? USUAL_PURPOSES;
    const purposes = PURPOSES.filter((purpose) => wanted.includes(purpose));
    await this.recordRun(dataPaths(flags.data), { onlyLast: true });
    const findings =
      flags.jobs === undefined
        ? await examine(purposes, { root: flags.data, sweep: flags.sweep, repair: flags.repair })
        : await jobFindings(flags.data, flags.jobs, Date.now());
    const broken = findings.filter(({ status }) => status === 'broken').length;
    if (flags.notify !== undefined) {
      const command = flags.notify.split(' ').filter((word) => word !== '');
      await withState(dataPaths(flags.data).state, (state) => notifyOf(findings, command, state));
    }
    await this.present({
      type: 'check',
      // the name that this field had before
      rows: findings.map((finding) => ({ ...finding, ...(finding.fix !== undefined && { mend: finding.fix }) })),
      columns: [
        { title: 'CHECK', value: ({ check }) => check },
        {
          title: '',
          value: ({ status }) => ({ ok: '✓', note: '·', broken: '✗' })[status],
          paint: (cell, { status }, chalk) =>
            status === 'ok' ? chalk.green(cell) : status === 'broken' ? chalk.red.bold(cell) : chalk.yellow(cell),
        },
        {
          title: 'FOUND',
          wrap: true,
          value: ({ found, fix }) => (fix === undefined ? found : `${found}  → ${fix}`),
        },
      ],
      summary: { ...(flags.jobs === undefined && { for: purposes }), checks: findings.length, broken },
    });
    if (flags.jobs !== undefined) return broken === 0 ? undefined : 3;
    if (broken === 0) {
      this.say(`\nFit for ${purposes.join(', ')}.`);
      return undefined;
    }
    this.say(`\n${broken} of what ${purposes.join(', ')} needs ${broken === 1 ? 'does' : 'do'} not work.`);
    return 3;
  }
}

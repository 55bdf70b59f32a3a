/** `rr jobs reap`: ends trainings that make no progress, and frees what they hold. */
import { existsSync } from 'node:fs';
import { Flags } from '@oclif/core';
import { type Reaped, reap } from '../../cluster/schedule/reap.ts';
import { durationText } from '../../core/duration.ts';
import { dataPaths } from '../../io/paths.ts';
import { readState, withState } from '../../state/open.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, durationFlag } from '../cli/flags.ts';

const HOURS_2 = 2 * 3_600_000;

export default class JobsReap extends RrCommand {
  static override description =
    'Ends trainings of this machine that gave no sign of life for two hours: SIGTERM, after 30 seconds SIGKILL, and only ' +
    'where process number, start time and boot are those of the run. Frees their leases, and those of runs whose process ' +
    'is gone. Exit 4 when there is nothing to end.';

  static override examples = ['rr jobs reap --dry-run', 'rr jobs reap', 'rr jobs reap --silent 30m'];

  static override flags = {
    ...dataFlag,
    silent: durationFlag('--silent')({ description: 'time without a sign of life (default 2h)' }),
    'kill-after': durationFlag('--kill-after')({ description: 'time between SIGTERM and SIGKILL (default 30s)' }),
    'dry-run': Flags.boolean({ description: 'say what would be ended' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(JobsReap);
    const paths = dataPaths(flags.data);
    await this.recordRun(paths, { onlyLast: true });
    // without a state store nothing has run here, and none is made
    const store = existsSync(paths.state) ? withState : readState;
    const rows = await store(paths.state, (state) =>
      reap(state, {
        silentMs: flags.silent ?? HOURS_2,
        killAfterMs: flags['kill-after'] ?? 30_000,
        dryRun: flags['dry-run'] === true,
        signal: this.stop.signal,
      }),
    );
    await this.present({
      type: 'reaped',
      rows,
      columns: [
        { title: 'RUN', value: (row) => row.run.slice(0, 8) },
        { title: 'COMMAND', value: (row) => row.command },
        { title: 'PID', value: (row) => String(row.pid) },
        { title: 'SILENT FOR', value: (row) => durationText(row.silentSeconds * 1000) },
        { title: 'OUTCOME', value: ({ outcome }: Reaped) => outcome },
        { title: 'LEASES FREED', wrap: true, value: (row) => row.leases.join(', ') },
      ],
      none: 'nothing to end',
      summary: { reaped: rows.length },
    });
    return rows.length === 0 ? 4 : undefined;
  }
}

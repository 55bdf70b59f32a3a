/** `rr jobs ls`: the commands that work here, and how earlier ones ended. */
import { Flags } from '@oclif/core';
import { durationText } from '../../core/duration.ts';
import { dataPaths } from '../../io/paths.ts';
import { readState } from '../../state/open.ts';
import { type RunInfo, stateOfRun } from '../../state/store/runs.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, durationFlag } from '../cli/flags.ts';
import { timeText } from '../cli/time-text.ts';

/** Milliseconds that a list goes back unless told. */
const DAY = 86_400_000;

export default class JobsLs extends RrCommand {
  static override description =
    'Lists commands that work longer than a moment: running, done with their exit status, or lost, which means that the ' +
    'process is gone and noted no end. Goes back a day unless told. Exit 4 when there is none.';

  static override examples = ['rr jobs ls', 'rr jobs ls --since 7d --failed', 'rr jobs ls --running --format ndjson'];

  static override flags = {
    ...dataFlag,
    since: durationFlag('--since')({ description: 'how far back: 90s, 30m, 2h, 7d (default 1d)' }),
    command: Flags.string({ description: 'only runs of this command', helpValue: 'NAME' }),
    running: Flags.boolean({ description: 'only what is at work now', exclusive: ['failed'] }),
    failed: Flags.boolean({ description: 'only lost runs and failures' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(JobsLs);
    const now = Date.now();
    const found = await readState(dataPaths(flags.data).state, ({ runs }) =>
      // one that is at work counts however long ago it began
      runs.find({ ...(flags.command !== undefined && { command: flags.command }) }),
    );
    const sinceMs = now - (flags.since ?? DAY);
    const rows = found
      .map((run) => rowOf(run, now))
      .filter(({ state, heartbeatAt }) => state === 'running' || heartbeatAt >= sinceMs)
      .filter(({ state }) => !flags.running || state === 'running')
      .filter(({ state }) => !flags.failed || state === 'lost' || state === 'failed');
    await this.present({
      type: 'run',
      rows,
      columns: [
        { title: 'STATE', value: (row) => (row.exit === null ? row.state : `${row.state} (${row.exit})`) },
        { title: 'COMMAND', value: (row) => row.command },
        { title: 'CONFIG', value: (row) => row.config ?? '' },
        { title: 'HOST', drop: 2, value: (row) => row.host },
        { title: 'PID', drop: 1, value: (row) => String(row.pid) },
        { title: 'STARTED', value: (row) => timeText(row.startedAt) },
        {
          title: 'TOOK',
          value: (row) => durationText((row.endedAt ?? row.heartbeatAt) - row.startedAt),
          align: 'right',
        },
      ],
      none: 'no runs',
      summary: { runs: rows.length, running: rows.filter(({ state }) => state === 'running').length },
    });
    return rows.length === 0 ? 4 : undefined;
  }
}

/** Statuses that are answers and not failures. */
const ANSWERS: ReadonlySet<number> = new Set([0, 3, 4, 75, 124, 130, 143]);

function rowOf(run: RunInfo, now: number) {
  const { command, config, host, pid, exit, trace } = run;
  const state = stateOfRun(run, now);
  return {
    run: run.run_id,
    state: state === 'done' && exit !== null && !ANSWERS.has(exit) ? 'failed' : state,
    ...{ command, config, host, pid },
    startedAt: run.started_at,
    // a running one is heard of now and then; what it says is how long it has been at work
    heartbeatAt: state === 'running' ? now : run.heartbeat_at,
    endedAt: run.ended_at,
    ...{ exit, argv: JSON.parse(run.argv) as unknown, trace },
  };
}

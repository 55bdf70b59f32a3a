/** Commands at work and their ends. */
import { type RunInfo, stateOfRun } from '../../state/store/runs.ts';
import type { StateStore } from '../../state/store/store.ts';
import type { Family } from './text.ts';

export async function runFamilies({ runs }: StateStore, nowMs: number): Promise<Family[]> {
  const all = await runs.find();
  const byCommand = Object.entries(Object.groupBy(all, ({ command }) => command)).map(
    ([command, rows = []]) => [{ command }, rows] as const,
  );
  const gauge = (name: string, help: string, value: (rows: readonly RunInfo[]) => number | undefined): Family => ({
    ...{ name, help, kind: 'gauge' },
    samples: byCommand.flatMap(([labels, rows]) => {
      const found = value(rows);
      return found === undefined ? [] : [{ labels, value: found }];
    }),
  });
  const lastEnded = (rows: readonly RunInfo[]): RunInfo | undefined =>
    rows
      .filter(({ ended_at }) => ended_at !== null)
      .sort((a, b) => (a.ended_at ?? 0) - (b.ended_at ?? 0))
      .at(-1);
  return [
    gauge(
      'runs_active',
      'Runs of a command that are at work.',
      (rows) => rows.filter((run) => stateOfRun(run, nowMs) === 'running').length,
    ),
    gauge(
      'runs_lost',
      'Runs of a command that noted no end and whose process is gone.',
      (rows) => rows.filter((run) => stateOfRun(run, nowMs) === 'lost').length,
    ),
    gauge(
      'run_last_start_timestamp_seconds',
      'When a command was started last.',
      (rows) => (rows.at(-1)?.started_at ?? 0) / 1000,
    ),
    gauge('run_last_end_timestamp_seconds', 'When a run of a command ended last.', (rows) => {
      const end = lastEnded(rows)?.ended_at;
      return end ? end / 1000 : undefined;
    }),
    gauge(
      'run_last_exit_status',
      'Exit status of the run that ended last.',
      (rows) => lastEnded(rows)?.exit ?? undefined,
    ),
    {
      ...{ name: 'runs', help: 'Runs on record by command and exit status; lost ones have none.', kind: 'gauge' },
      samples: byCommand.flatMap(([labels, rows]) =>
        Object.entries(Object.groupBy(rows, (run) => endOf(run, nowMs))).map(([exit, some = []]) => ({
          labels: { ...labels, exit },
          value: some.length,
        })),
      ),
    },
  ];
}

function endOf(run: RunInfo, nowMs: number): string {
  const state = stateOfRun(run, nowMs);
  return state === 'done' ? String(run.exit) : state;
}

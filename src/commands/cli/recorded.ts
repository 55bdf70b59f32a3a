/** What a command leaves in the state store: its run, and the facts it found out. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { RrError } from '../../core/errors.ts';
import type { DataPaths } from '../../io/paths.ts';
import { withState } from '../../state/open.ts';
import { RunRecord } from '../../state/run-record.ts';
import type { Event } from '../../state/store/event.ts';

export interface RecordedWork {
  readonly command: string;
  readonly argv: readonly string[];
  readonly config: string | undefined;
  /** The command makes files below the data folder anyway: a state store may be made for its row. */
  readonly make: boolean;
  /** Short, and started again and again: only the last run is kept. */
  readonly onlyLast: boolean;
}

export interface Recorded {
  readonly run: string;
  /** Notes the end. */
  end(exit: number, events: readonly Event[]): Promise<void>;
}

/** Undefined where nothing is kept: a command that only writes to stdout leaves no folders behind. */
export async function recordRun(paths: DataPaths, work: RecordedWork): Promise<Recorded | undefined> {
  if (!work.make && !existsSync(paths.state)) return undefined;
  const { command, argv, config } = work;
  const record = await RunRecord.begin(paths.state, {
    ...(work.onlyLast && { runId: `last ${command} on ${hostname()}` }),
    command,
    argv: [...command.split(' '), ...argv],
    config,
    trace: traceId(),
  });
  const look = work.onlyLast ? async () => {} : () => noteFactsOf(paths);
  await look();
  return {
    run: record.id,
    async end(exit, events) {
      await record.end(exit, events);
      await look();
    },
  };
}

const noteFactsOf = async (paths: DataPaths): Promise<void> => {
  const { noteFacts } = await import('../../control/facts/sweep.ts');
  await withState(paths.state, (state) => noteFacts(paths, state, Date.now()));
};

/** What ties the commands of one pass together. @throws RrError CONFIG_INVALID */
export function traceId(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { RR_TRACE_ID: trace } = env;
  if (trace === undefined || trace === '') return undefined;
  if (/^[\w.:-]{1,64}$/.test(trace)) return trace;
  const detail = 'takes at most 64 letters, digits and . _ : -';
  throw new RrError('CONFIG_INVALID', { where: 'RR_TRACE_ID', detail });
}

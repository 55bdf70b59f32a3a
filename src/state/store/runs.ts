/** Runs: commands at work, and how they ended. */
import * as z from 'zod';
import type { Event } from './event.ts';
import { fateOf } from './machine.ts';

export type Detail = Readonly<Record<string, unknown>>;

/** A run that wrote no heartbeat for so long counts as ended when its process cannot be checked. Milliseconds. */
const SILENT_MS = 10 * 60_000;

export const RunRow = z.object({
  run_id: z.string(),
  command: z.string(),
  config: z.string().nullable(),
  host: z.string(),
  boot_id: z.string(),
  pid: z.int(),
  started_at: z.int(),
  heartbeat_at: z.int(),
  ended_at: z.int().nullable(),
  exit: z.int().nullable(),
  detail: z.string(),
  /** What the system says about the start of the process; null where it cannot be asked. */
  process_start: z.string().nullable(),
  /** JSON array: the words that were typed after `rr`. */
  argv: z.string(),
  /** RR_TRACE_ID: ties the runs of one pass together. */
  trace: z.string().nullable(),
});
export type RunInfo = z.infer<typeof RunRow>;

export interface RunStart {
  readonly command: string;
  readonly config?: string | undefined;
  readonly detail?: Detail;
  readonly runId?: string;
  readonly argv?: readonly string[];
  readonly trace?: string | undefined;
}

export interface RunQuery {
  /** Started at or after this time. */
  readonly sinceMs?: number;
  readonly command?: string;
}

export interface Runs {
  /** Notes that a command of this process began. Returns its run id. */
  start(run: RunStart): Promise<string>;
  beat(runId: string): Promise<void>;
  /** Notes how it ended, and what the run found out, in one transaction. */
  end(runId: string, exit: number, events?: readonly Event[]): Promise<void>;
  /** Runs in progress, oldest first. */
  active(): Promise<RunInfo[]>;
  /** All runs, by start. */
  find(query?: RunQuery): Promise<RunInfo[]>;
  /** Forgets runs that ended before a time; returns how many. */
  forget(beforeMs: number): Promise<number>;
}

export type RunState = 'running' | 'done' | 'lost';

/** `lost`: no end is noted, and its process is gone, or silent on a machine that cannot be asked. */
export function stateOfRun(run: RunInfo, nowMs: number): RunState {
  if (run.ended_at !== null) return 'done';
  const fate = fateOf({ host: run.host, bootId: run.boot_id, pid: run.pid, start: run.process_start ?? undefined });
  const alive = fate === 'alive' || (fate === 'unknown' && nowMs - run.heartbeat_at < SILENT_MS);
  return alive ? 'running' : 'lost';
}

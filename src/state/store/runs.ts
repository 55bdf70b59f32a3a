/** Runs and events: what is happening, and what happened. */
import * as z from 'zod';
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
});
export type RunInfo = z.infer<typeof RunRow>;

export interface RunStart {
  readonly command: string;
  readonly config?: string | undefined;
  readonly detail?: Detail;
  readonly runId?: string;
}

export interface Runs {
  /** Notes that a command of this process began. Returns its run id. */
  start(run: RunStart): Promise<string>;
  beat(runId: string): Promise<void>;
  end(runId: string, exit: number): Promise<void>;
  /** Runs in progress, oldest first. */
  active(): Promise<RunInfo[]>;
}

/** True for a run that has not ended while its process is alive, or sent a heartbeat lately. */
export function isActive(run: RunInfo, nowMs: number): boolean {
  const fate = fateOf({ host: run.host, bootId: run.boot_id, pid: run.pid });
  return fate === 'alive' || (fate === 'unknown' && nowMs - run.heartbeat_at < SILENT_MS);
}

export interface EventInput {
  readonly kind: string;
  readonly runId?: string | undefined;
  readonly config?: string | undefined;
  readonly detail?: Detail;
}

export const EventRow = z.object({
  id: z.int(),
  at: z.int(),
  kind: z.string(),
  run_id: z.string().nullable(),
  config: z.string().nullable(),
  detail: z.string(),
});
export type EventInfo = z.infer<typeof EventRow>;

export interface Events {
  add(event: EventInput): Promise<void>;
  /** The newest events of a kind, newest first; 100 unless told otherwise. */
  newest(kind: string, limit?: number): Promise<EventInfo[]>;
}

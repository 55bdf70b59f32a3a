/** Runs, events and cursors of this host: what happened, what is happening, and how far something got. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { StateDb } from './database.ts';
import { fateOf, thisProcess } from './machine.ts';

export type Detail = Readonly<Record<string, unknown>>;

/** A run that wrote no heartbeat for so long counts as over when its process cannot be asked. Milliseconds. */
const SILENT_MS = 10 * 60_000;

const RunRow = z.object({
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

/** Notes that a command began. Returns its run id. */
export function startRun(state: StateDb, run: RunStart, nowMs: number = Date.now()): string {
  const { host, bootId, pid } = thisProcess();
  const runId = run.runId ?? randomUUID();
  state.run(
    'INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?)',
    ...[runId, run.command, run.config ?? null, host, bootId, pid, nowMs, nowMs, JSON.stringify(run.detail ?? {})],
  );
  return runId;
}

export function beatRun(state: StateDb, runId: string, nowMs: number = Date.now()): void {
  state.run('UPDATE runs SET heartbeat_at = ? WHERE run_id = ?', nowMs, runId);
}

export function endRun(state: StateDb, runId: string, exit: number, nowMs: number = Date.now()): void {
  state.run('UPDATE runs SET heartbeat_at = ?, ended_at = ?, exit = ? WHERE run_id = ?', nowMs, nowMs, exit, runId);
}

/** Runs that go on now: not ended, and their process alive or heard of lately. Oldest first. */
export function activeRuns(state: StateDb, nowMs: number = Date.now()): RunInfo[] {
  return state
    .all('SELECT * FROM runs WHERE ended_at IS NULL ORDER BY started_at')
    .map((row) => RunRow.parse(row))
    .filter((run) => {
      const fate = fateOf({ host: run.host, bootId: run.boot_id, pid: run.pid });
      return fate === 'alive' || (fate === 'unknown' && nowMs - run.heartbeat_at < SILENT_MS);
    });
}

export interface EventInput {
  readonly kind: string;
  readonly runId?: string | undefined;
  readonly config?: string | undefined;
  readonly detail?: Detail;
}

export function addEvent(state: StateDb, event: EventInput, nowMs: number = Date.now()): void {
  const { kind, runId = null, config = null, detail = {} } = event;
  state.run(
    'INSERT INTO events (at, kind, run_id, config, detail) VALUES (?, ?, ?, ?, ?)',
    ...[nowMs, kind, runId, config, JSON.stringify(detail)],
  );
}

const EventRow = z.object({
  id: z.int(),
  at: z.int(),
  kind: z.string(),
  run_id: z.string().nullable(),
  config: z.string().nullable(),
  detail: z.string(),
});
export type EventInfo = z.infer<typeof EventRow>;

/** The newest events of a kind, newest first. */
export const newestEvents = (state: StateDb, kind: string, limit = 100): EventInfo[] =>
  state
    .all('SELECT * FROM events WHERE kind = ? ORDER BY id DESC LIMIT ?', kind, limit)
    .map((row) => EventRow.parse(row));

export function setCursor(state: StateDb, name: string, value: string, nowMs: number = Date.now()): void {
  state.run('INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)', name, value, nowMs);
}

export function cursor(state: StateDb, name: string): string | undefined {
  const row = state.get('SELECT value FROM cursors WHERE name = ?', name);
  return row === undefined ? undefined : String(row.value);
}

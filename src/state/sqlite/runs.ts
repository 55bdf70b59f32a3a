/** Runs as rows of `runs`. */
import { randomUUID } from 'node:crypto';
import type { Event } from '../store/event.ts';
import { eventOfEnd } from '../store/event-of-rows.ts';
import { startOf, thisProcess } from '../store/machine.ts';
import { type RunInfo, type RunQuery, RunRow, type RunStart, type Runs, stateOfRun } from '../store/runs.ts';
import { insertEvents } from './events.ts';
import type { Clock, StateFile } from './file.ts';

export class SqliteRuns implements Runs {
  readonly #file: StateFile;
  readonly #now: Clock;

  constructor(file: StateFile, now: Clock) {
    this.#file = file;
    this.#now = now;
  }

  async start(run: RunStart): Promise<string> {
    const { host, bootId, pid } = thisProcess();
    const { command, config = null, detail = {}, runId = randomUUID(), argv = [], trace = null } = run;
    const now = this.#now();
    this.#file.run(
      `INSERT OR REPLACE INTO runs (run_id, command, config, host, boot_id, pid, started_at, heartbeat_at, detail,
        process_start, argv, trace) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[runId, command, config, host, bootId, pid, now, now, JSON.stringify(detail)],
      ...[startOf(pid) ?? null, JSON.stringify(argv), trace],
    );
    return runId;
  }

  async beat(runId: string): Promise<void> {
    this.#file.run('UPDATE runs SET heartbeat_at = ? WHERE run_id = ?', this.#now(), runId);
  }

  async end(runId: string, exit: number, events: readonly Event[] = []): Promise<void> {
    this.#file.transaction(() => {
      const now = this.#now();
      this.#file.run(
        'UPDATE runs SET heartbeat_at = ?, ended_at = ?, exit = ? WHERE run_id = ?',
        ...[now, now, exit, runId],
      );
      const [run] = this.#rows('run_id = ?', runId);
      insertEvents(this.#file, [...events, run && eventOfEnd(run)]);
    });
  }

  async active(): Promise<RunInfo[]> {
    const now = this.#now();
    return this.#rows('ended_at IS NULL').filter((run) => stateOfRun(run, now) === 'running');
  }

  async find({ sinceMs = 0, command }: RunQuery = {}): Promise<RunInfo[]> {
    return this.#rows('started_at >= ? AND command = coalesce(?, command)', sinceMs, command ?? null);
  }

  async forget(beforeMs: number): Promise<number> {
    return this.#file.run('DELETE FROM runs WHERE ended_at < ?', beforeMs);
  }

  #rows(where: string, ...values: readonly unknown[]): RunInfo[] {
    return this.#file
      .rows('runs', where, ...values)
      .map((row) => RunRow.parse(row))
      .sort((a, b) => a.started_at - b.started_at || (a.run_id < b.run_id ? -1 : 1));
  }
}

/** Runs and events as rows of `runs` and `events`. */
import { randomUUID } from 'node:crypto';
import { thisProcess } from '../store/machine.ts';
import {
  type EventInfo,
  type EventInput,
  EventRow,
  type Events,
  isActive,
  type RunInfo,
  RunRow,
  type RunStart,
  type Runs,
} from '../store/runs.ts';
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
    const { command, config = null, detail = {}, runId = randomUUID() } = run;
    const now = this.#now();
    this.#file.run(
      'INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, NULL)',
      ...[runId, command, config, host, bootId, pid, now, now, JSON.stringify(detail)],
    );
    return runId;
  }

  async beat(runId: string): Promise<void> {
    this.#file.run('UPDATE runs SET heartbeat_at = ? WHERE run_id = ?', this.#now(), runId);
  }

  async end(runId: string, exit: number): Promise<void> {
    const now = this.#now();
    this.#file.run('UPDATE runs SET heartbeat_at = ?, ended_at = ?, exit = ? WHERE run_id = ?', now, now, exit, runId);
  }

  async active(): Promise<RunInfo[]> {
    const now = this.#now();
    return this.#file
      .rows('runs', 'ended_at IS NULL')
      .map((row) => RunRow.parse(row))
      .filter((run) => isActive(run, now))
      .sort((a, b) => a.started_at - b.started_at);
  }
}

export class SqliteEvents implements Events {
  readonly #file: StateFile;
  readonly #now: Clock;

  constructor(file: StateFile, now: Clock) {
    this.#file = file;
    this.#now = now;
  }

  async add(event: EventInput): Promise<void> {
    const { kind, runId = null, config = null, detail = {} } = event;
    this.#file.run(
      'INSERT INTO events (at, kind, run_id, config, detail) VALUES (?, ?, ?, ?, ?)',
      ...[this.#now(), kind, runId, config, JSON.stringify(detail)],
    );
  }

  async newest(kind: string, limit = 100): Promise<EventInfo[]> {
    return this.#file
      .rows('events', 'kind = ?', kind)
      .map((row) => EventRow.parse(row))
      .sort((a, b) => b.id - a.id)
      .slice(0, limit);
  }
}

/** Breakers as rows of `breakers`. */

import {
  afterAdmission,
  afterFailure,
  BreakerRow,
  type BreakerState,
  type Breakers,
  breakerState,
} from '../store/breaker.ts';
import { circuitEvent } from '../store/event-of-circuit.ts';
import { insertEvents } from './events.ts';
import type { Clock, StateFile } from './file.ts';

export class SqliteBreakers implements Breakers {
  readonly #file: StateFile;
  readonly #now: Clock;

  constructor(file: StateFile, now: Clock) {
    this.#file = file;
    this.#now = now;
  }

  async state(host: string): Promise<BreakerState> {
    return breakerState(this.#row(host), this.#now());
  }

  async admit(host: string): Promise<void> {
    this.#change(host, (row) => afterAdmission(row, host, this.#now()));
  }

  async succeeded(host: string): Promise<void> {
    this.#file.transaction(() => {
      insertEvents(this.#file, [circuitEvent(host, this.#row(host), undefined, this.#now())]);
      this.#file.run('DELETE FROM breakers WHERE host = ?', host);
    });
  }

  async failed(host: string, reason: string): Promise<void> {
    this.#change(host, (row) => afterFailure(row, host, reason, this.#now()));
  }

  #row(host: string): BreakerRow | undefined {
    const row = this.#file.row('breakers', 'host = ?', host);
    return row && BreakerRow.parse(row);
  }

  #change(host: string, next: (row: BreakerRow | undefined) => BreakerRow | undefined): void {
    this.#file.transaction(() => {
      const before = this.#row(host);
      const row = next(before);
      if (row === undefined) return;
      insertEvents(this.#file, [circuitEvent(host, before, row, this.#now())]);
      const { failures, failed_at, reason } = row;
      this.#file.run('INSERT OR REPLACE INTO breakers VALUES (?, ?, ?, ?, NULL)', host, failures, failed_at, reason);
    });
  }
}

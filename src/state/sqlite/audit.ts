/** The history of the model pointers as rows of `model_audit`. */

import { type Audit, type AuditRow, AuditRowSchema, type Pointer } from '../store/audit.ts';
import { eventOfMove } from '../store/event-of-rows.ts';
import type { Fence } from '../store/lease.ts';
import { insertEvents } from './events.ts';
import type { StateFile } from './file.ts';
import { checkFence } from './leases.ts';

export class SqliteAudit implements Audit {
  readonly #file: StateFile;

  constructor(file: StateFile) {
    this.#file = file;
  }

  async add(rows: readonly AuditRow[]): Promise<number> {
    return this.#file.transaction(() => rows.reduce((added, row) => added + this.#insert(row), 0));
  }

  async append(
    config: string,
    pointer: Pointer,
    next: (last: AuditRow | undefined) => AuditRow,
    fence?: Fence,
  ): Promise<AuditRow> {
    return this.#file.transaction(() => {
      checkFence(this.#file, fence);
      const row = next(this.#winner(config, pointer));
      this.#insert(row);
      return row;
    });
  }

  async rows(config?: string): Promise<AuditRow[]> {
    return this.#file
      .rows('model_audit', 'config = coalesce(?, config)', config ?? null)
      .map((row) => AuditRowSchema.parse(row))
      .sort(byPointer);
  }

  async winner(config: string, pointer: Pointer): Promise<AuditRow | undefined> {
    return this.#winner(config, pointer);
  }

  #insert(row: AuditRow): number {
    insertEvents(this.#file, [eventOfMove(row)]);
    return this.#file.run(
      'INSERT OR IGNORE INTO model_audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)',
      ...[row.id, row.config, row.pointer, row.hash, row.previous, row.generation],
      ...[row.at, row.host, row.actor, row.reason, row.detail],
    );
  }

  #winner(config: string, pointer: Pointer): AuditRow | undefined {
    return this.#file
      .rows('model_audit', 'config = ? AND pointer = ?', config, pointer)
      .map((row) => AuditRowSchema.parse(row))
      .sort(byPointer)
      .at(-1);
  }
}

/** In the order in which a pointer follows its rows. */
const byPointer = (a: AuditRow, b: AuditRow): number =>
  compare(a.config, b.config) ||
  compare(a.pointer, b.pointer) ||
  a.generation - b.generation ||
  a.at - b.at ||
  compare(a.id, b.id);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

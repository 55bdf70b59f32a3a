/** The history of the model pointers as rows of `model_audit`. */
import { type Audit, type AuditRow, AuditRowSchema, type Pointer } from '../store/audit.ts';
import type { Fence } from '../store/lease.ts';
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
      .all(
        'SELECT * FROM model_audit WHERE config = coalesce(?, config) ORDER BY config, pointer, generation, at, id',
        config ?? null,
      )
      .map((row) => AuditRowSchema.parse(row));
  }

  async winner(config: string, pointer: Pointer): Promise<AuditRow | undefined> {
    return this.#winner(config, pointer);
  }

  #insert(row: AuditRow): number {
    return this.#file.run(
      'INSERT OR IGNORE INTO model_audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...[row.id, row.config, row.pointer, row.hash, row.previous, row.generation],
      ...[row.at, row.host, row.actor, row.reason, row.detail],
    );
  }

  #winner(config: string, pointer: Pointer): AuditRow | undefined {
    const row = this.#file.get(
      'SELECT * FROM model_audit WHERE config = ? AND pointer = ? ORDER BY generation DESC, at DESC, id DESC LIMIT 1',
      config,
      pointer,
    );
    return row && AuditRowSchema.parse(row);
  }
}

/** `state/rr.db`: opened, checked and migrated. */
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { RrError } from '../../core/errors.ts';
import { makeFolder } from '../../io/folder.ts';
import { refuseNetworkFileSystem } from '../../io/sqlite/filesystem.ts';
import { assertSqliteVersion, guarded, whileBusy } from '../../io/sqlite/sqlite.ts';
import { Statements } from '../../io/sqlite/statements.ts';
import { STATE_APPLICATION_ID, STATE_MIGRATIONS } from './schema.ts';

/** Wait for another writer before DB_LOCKED. Milliseconds. */
const BUSY_MS = 10_000;

/** Milliseconds since 1970; a test sets its own. */
export type Clock = () => number;

/** One row as SQLite gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** Synchronous, so a transaction is over before other work of the process can touch the connection. */
export class StateFile {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #statements: Statements;

  /**
   * Opens for reading and writing; file and folder are made when missing, older schemas are migrated step by step.
   * @throws RrError DB_NETWORK_FS, DB_LOCKED, DB_NEWER, DB_READ_ONLY, FILE_CORRUPT
   */
  static open(path: string, migrations: readonly string[] = STATE_MIGRATIONS): StateFile {
    assertSqliteVersion();
    if (path !== ':memory:') {
      makeFolder(dirname(path));
      refuseNetworkFileSystem(dirname(path), path);
    }
    const open = (): StateFile => {
      const db = new Database(path, { timeout: BUSY_MS });
      try {
        // counted first: another process may be making the file, and marks it as ours before it makes tables
        const tables = Number(db.prepare('SELECT count(*) FROM sqlite_master').pluck().get());
        if (pragma(db, 'application_id') !== STATE_APPLICATION_ID) {
          if (tables > 0) throw new RrError('FILE_CORRUPT', { path, detail: 'is not a state database of rr' });
          db.pragma(`application_id = ${STATE_APPLICATION_ID}`);
        }
        db.pragma('synchronous = FULL');
        db.pragma('journal_mode = WAL');
        migrate(db, path, migrations);
      } catch (cause) {
        db.close();
        throw cause;
      }
      return new StateFile(path, db);
    };
    return guarded(path, () => whileBusy(BUSY_MS, open));
  }

  constructor(path: string, db: Database.Database) {
    this.path = path;
    this.#db = db;
    this.#statements = new Statements(db);
  }

  close(): void {
    this.#db.close();
  }

  /** All rows of a query. */
  all(sql: string, ...values: readonly unknown[]): Row[] {
    return guarded(this.path, () => this.#statements.prepare(sql).all(...values)) as Row[];
  }

  get(sql: string, ...values: readonly unknown[]): Row | undefined {
    return guarded(this.path, () => this.#statements.prepare(sql).get(...values)) as Row | undefined;
  }

  /** Number of rows changed. */
  run(sql: string, ...values: readonly unknown[]): number {
    return guarded(this.path, () => this.#statements.prepare(sql).run(...values).changes);
  }

  /** `work` as one durable transaction that takes the write lock at its start; may be nested. */
  transaction<T>(work: () => T): T {
    return guarded(this.path, () => (this.#db.inTransaction ? work() : this.#db.transaction(work).immediate()));
  }
}

const pragma = (db: Database.Database, name: string): number => Number(db.pragma(name, { simple: true }));

/** Each step in its own transaction, so that a kill in between leaves a valid older file. */
function migrate(db: Database.Database, path: string, migrations: readonly string[]): void {
  const found = pragma(db, 'user_version');
  if (found > migrations.length) {
    throw new RrError('DB_NEWER', { path, kind: 'state database', found, known: migrations.length });
  }
  for (const [version, sql] of migrations.entries()) {
    if (version < found) continue;
    const step = db.transaction(() => {
      // another process may have taken this step while we waited for the lock
      if (pragma(db, 'user_version') !== version) return;
      db.exec(sql);
      db.pragma(`user_version = ${version + 1}`);
    });
    step.immediate();
  }
}

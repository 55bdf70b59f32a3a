/** `state/rr.db`: opened, checked and migrated. */
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { RrError } from '../../core/errors.ts';
import { makeFolder } from '../../io/folder.ts';
import { refuseNetworkFileSystem } from '../../io/sqlite/filesystem.ts';
import { assertSqliteVersion, guarded, openFile, openReadOnly, whileBusy } from '../../io/sqlite/sqlite.ts';
import { Statements } from '../../io/sqlite/statements.ts';
import { STATE_APPLICATION_ID, STATE_MIGRATIONS } from './schema.ts';
import { completeSql, defineSeals, TABLES, type Table, verifiedSql } from './seals.ts';

/** A store that is in no file. */
export const MEMORY = ':memory:';

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
  readonly #onClose: () => void;

  /**
   * Opens for reading and writing; file and folder are made when missing, older schemas are migrated step by step.
   * @throws RrError DB_NETWORK_FS, DB_LOCKED, DB_NEWER, DB_READ_ONLY, FILE_CORRUPT
   */
  static open(path: string, migrations: readonly string[] = STATE_MIGRATIONS): StateFile {
    assertSqliteVersion();
    if (path !== MEMORY) {
      makeFolder(dirname(path));
      refuseNetworkFileSystem(dirname(path), path);
    }
    const open = (): StateFile => {
      const options = { timeout: BUSY_MS };
      const db = path === MEMORY ? new Database(MEMORY, options) : openFile(path, options);
      try {
        // counted first: another process may be making the file, and marks it as ours before it makes tables
        const tables = tablesOf(db);
        if (pragma(db, 'application_id') !== STATE_APPLICATION_ID) {
          if (tables > 0) throw otherDatabase(path);
          db.pragma(`application_id = ${STATE_APPLICATION_ID}`);
        }
        db.pragma('synchronous = FULL');
        db.pragma('journal_mode = WAL');
        prepare(db);
        migrate(db, path, migrations);
      } catch (cause) {
        db.close();
        throw cause;
      }
      return new StateFile(path, db);
    };
    return guarded(path, () => whileBusy(BUSY_MS, open));
  }

  /**
   * Opens for reading without changing anything or leaving files beside it. An older schema is migrated in memory.
   * @throws RrError FILE_NOT_FOUND, DB_NEWER, DB_LOCKED, FILE_CORRUPT
   */
  static async openReadOnly(path: string): Promise<StateFile> {
    const { db, close } = await openReadOnly(path);
    try {
      return guarded(path, () => {
        if (pragma(db, 'application_id') !== STATE_APPLICATION_ID && tablesOf(db) > 0) throw otherDatabase(path);
        if (pragma(db, 'user_version') === STATE_MIGRATIONS.length) {
          prepare(db);
          return new StateFile(path, db, close);
        }
        const copy = inMemory(db);
        close();
        migrate(copy, path, STATE_MIGRATIONS);
        return new StateFile(path, copy);
      });
    } catch (error) {
      close();
      throw error;
    }
  }

  private constructor(path: string, db: Database.Database, onClose: () => void = () => db.close()) {
    this.path = path;
    this.#db = db;
    this.#statements = new Statements(db);
    this.#onClose = onClose;
  }

  close(): void {
    this.#onClose();
  }

  /**
   * Rows of a table that fit a condition, each as it was written. @throws RrError FILE_CORRUPT when a row of the table is damaged,
   * lost, or there twice
   */
  rows(table: Table, where = 'TRUE', ...values: readonly unknown[]): Row[] {
    return this.#reading(() => {
      if (this.#statements.prepare(completeSql(table)).pluck().get() !== 1) {
        throw damaged(this.path, `${table} does not hold the rows that were stored`);
      }
      const rows = this.#statements.prepare(verifiedSql(table, where)).all(...values) as Row[];
      const [key] = TABLES[table];
      const seen = new Set<unknown>();
      return rows.map(({ intact, seal: _, ...row }) => {
        if (intact !== 1) throw damaged(this.path, `a row of ${table} (${String(row[key])})`);
        if (seen.has(row[key])) throw damaged(this.path, `${table} holds ${String(row[key])} twice`);
        seen.add(row[key]);
        return row;
      });
    });
  }

  /** The one row that fits. @throws as rows() does */
  row(table: Table, where: string, ...values: readonly unknown[]): Row | undefined {
    return this.rows(table, where, ...values)[0];
  }

  /** `work` on one state of the file. */
  #reading<T>(work: () => T): T {
    return guarded(this.path, () => (this.#db.inTransaction ? work() : this.#db.transaction(work)()));
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

/** None in a file whose maker was killed at once: it holds nothing yet. */
const tablesOf = (db: Database.Database): number =>
  Number(db.prepare('SELECT count(*) FROM sqlite_master').pluck().get());

const otherDatabase = (path: string): RrError =>
  new RrError('FILE_CORRUPT', { path, detail: 'is not a state database of rr' });

const damaged = (path: string, what: string): RrError =>
  new RrError('FILE_CORRUPT', { path, detail: `is damaged: ${what}; rr doctor --repair repairs it` });

function prepare(db: Database.Database): void {
  defineSeals(db);
  // so that a row which is replaced counts as removed
  db.pragma('recursive_triggers = ON');
}

/** A copy that can be changed. */
function inMemory(db: Database.Database): Database.Database {
  const bytes = db.serialize();
  // there is no log in memory (SQLite file format, 1.3); an empty file has no header to say so
  if (bytes.length > 0) bytes.set([1, 1], 18);
  const copy = new Database(bytes.length > 0 ? bytes : MEMORY);
  prepare(copy);
  return copy;
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

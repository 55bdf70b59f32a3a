/** Opening the file of a replay database: what it must be, where it may lie, and how it is set up. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { RrError } from '../../core/errors.ts';
import { sizeOf } from '../../io/file-facts.ts';
import { makeFolder } from '../../io/folder.ts';
import { missingFile } from '../../io/missing-file.ts';
import { refuseNetworkFileSystem } from '../../io/sqlite/filesystem.ts';
import {
  assertSqliteVersion,
  columnsOf,
  guarded,
  openFile,
  openReadOnly,
  type ReadOnlyDatabase,
  refuseLeftovers,
  sqliteFailure,
  whileBusy,
} from '../../io/sqlite/sqlite.ts';
import { quickCheck } from './damage.ts';
import { APPLICATION_ID, applicationId, MIGRATIONS, migrate, schemaVersion } from './schema.ts';

/** How long to wait for another writer before saying DB_LOCKED. */
const BUSY_MS = 5000;

/** As GameStore.open(). */
export function openForWriting(path: string): Database.Database {
  assertSqliteVersion();
  const folder = dirname(path) || '.';
  makeFolder(folder);
  refuseNetworkFileSystem(folder, path);
  // a log that outlived its writers means that one of them did not get to close the file (or is at work)
  const unclean = sizeOf(`${path}-wal`) > 0;
  // SQLite would throw that log away, and with it games that a killed writer had acknowledged
  if (unclean && !existsSync(path)) refuseLeftovers(path);
  return guarded(path, () => whileBusy(BUSY_MS, () => prepare(openFile(path, { timeout: BUSY_MS }), path, unclean)));
}

/** As GameStore.inMemory(). */
export const openInMemory = (): Database.Database => prepare(new Database(MEMORY), MEMORY, false);

/** What stands for no file. */
export const MEMORY = ':memory:';

function prepare(db: Database.Database, path: string, unclean: boolean): Database.Database {
  try {
    refuseForeign(db, path);
    db.pragma('synchronous = FULL');
    // before the log exists, so that the mark is in the file itself from the start
    if (applicationId(db) !== APPLICATION_ID) db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma('journal_mode = WAL');
    db.pragma('foreign_keys = ON');
    if (unclean) quickCheck(db, path);
    migrate(db, path);
    return db;
  } catch (cause) {
    db.close();
    throw cause;
  }
}

/** As GameStore.openReadOnly(). */
export async function openForReading(path: string): Promise<ReadOnlyDatabase> {
  assertSqliteVersion();
  if (!existsSync(path)) throw missingFile(path);
  const source = await openQuietly(path);
  return guarded(path, () => {
    try {
      refuseForeign(source.db, path);
      const found = schemaVersion(source.db);
      if (found > MIGRATIONS.length) {
        throw new RrError('DB_NEWER', { path, kind: 'replay database', found, known: MIGRATIONS.length });
      }
      // one of an older schema is read as it is; only a writer brings it up to date
      if (found === 0) throw new RrError('USAGE', { detail: `${path}: has no tables yet; run rr db init on it` });
      return source;
    } catch (cause) {
      source.close();
      throw cause;
    }
  });
}

/** An empty file may become ours; anything else has to be. */
function refuseForeign(db: Database.Database, path: string): void {
  // in this order: another process may be making the file, and marks it as ours before it makes tables
  const tables = Number(db.prepare('SELECT count(*) FROM sqlite_master').pluck().get());
  if (tables === 0 || applicationId(db) === APPLICATION_ID) return;
  const what = columnsOf(db, 'games').length > 0 ? "upstream's replay database" : 'another kind of database';
  throw new RrError('USAGE', { detail: `${path}: is ${what}, which rr does not write to; see rr db convert` });
}

/** In place where SQLite may put its lock files beside the database, from a copy where it may not or has no room. */
async function openQuietly(path: string): Promise<ReadOnlyDatabase> {
  let db: Database.Database | undefined;
  try {
    db = openFile(path, { fileMustExist: true, timeout: BUSY_MS });
    db.pragma('query_only = ON');
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    const opened = db;
    return { db: opened, close: () => opened.close() };
  } catch (cause) {
    db?.close();
    if (NO_LOCK_FILES.test(codeOf(cause))) return openReadOnly(path);
    throw sqliteFailure(path, cause);
  }
}

/** The folder takes no files, by permission or for lack of room. */
const NO_LOCK_FILES = /^SQLITE_(READONLY|PERM|CANTOPEN|FULL|IOERR_SHM)/;

const codeOf = (error: unknown): string => (error instanceof Database.SqliteError ? error.code : '');

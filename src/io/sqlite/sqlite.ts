/** What every database here shares: the library's version, its errors as ours, and opening without a trace. */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  createReadStream,
  createWriteStream,
  existsSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import Database from 'better-sqlite3';
import { RrError } from '../../core/errors.ts';
import { diskFull } from '../disk-full.ts';
import { firstBytes, sizeOf } from '../file-facts.ts';
import { isPlainFile } from '../missing-file.ts';
import { outputTarget } from '../output-target.ts';
import { temporaryFolder, temporaryPath } from '../temporary.ts';

/** Before this release a WAL database could be corrupted by a checkpoint racing with a writer (SQLite's release notes). */
export const MIN_SQLITE = [3, 51, 3] as const;

/** @throws RrError SQLITE_TOO_OLD */
export function assertSqliteVersion(found = linkedVersion()): void {
  const parts = found.split('.').map(Number);
  for (const [index, needed] of MIN_SQLITE.entries()) {
    const part = parts[index] ?? 0;
    if (part > needed) return;
    if (part < needed) throw new RrError('SQLITE_TOO_OLD', { found, known: MIN_SQLITE.join('.') });
  }
}

let version: string | undefined;
function linkedVersion(): string {
  if (version === undefined) {
    const db = new Database(':memory:');
    version = String(db.prepare('SELECT sqlite_version()').pluck().get());
    db.close();
  }
  return version;
}

/**
 * The one way to open a database file: the library strips blanks round a name and takes ':memory:' for no file at all.
 * @throws RrError CANNOT_OPEN for a name that it would change, and the library's errors
 */
export function openFile(path: string, options?: Database.Options): Database.Database {
  const name = resolve(path);
  if (name !== name.trim()) {
    const detail = 'databases whose names end in a blank cannot be opened; rename it';
    throw new RrError('CANNOT_OPEN', { path, detail });
  }
  return new Database(name, options);
}

/** Run database work on `path`; SQLite's expected failures come out as RrErrors that name the file. */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw sqliteFailure(path, cause);
  }
}

/** Between two attempts of whileBusy(), milliseconds. */
const RETRY_MS = 20;

/**
 * `work`, repeated while SQLite calls the database busy, for at most `patience` milliseconds. For what SQLite's own
 * busy timeout does not cover: a switch to WAL, or a read lock that wants to become a write lock, fails at once when
 * another process is at the same point (SQLite, sqlite3_busy_handler: the handler is not called where waiting could
 * deadlock). `work` must leave nothing open when it throws.
 */
export function whileBusy<T>(patience: number, work: () => T): T {
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      return work();
    } catch (cause) {
      const busy = cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY');
      if (!busy || Date.now() >= deadline) throw cause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS * (0.5 + Math.random()));
    }
  }
}

/** The file, or a part of it, is not what was written; every other failure says nothing about the file. */
export const isDamage = (error: unknown): error is RrError => error instanceof RrError && error.code === 'FILE_CORRUPT';

/** Messages of one integrity check; a file with more has lost a page or an index as a whole. */
const MAX_MESSAGES = 100;

/**
 * SQLite's own words on pages, and on each index compared with its table, which quick_check leaves out; none when all is well.
 * Cost: a pass over the file and a look-up per index entry. @throws RrError as sqliteFailure()
 */
export function integrityMessages(path: string, db: Database.Database): string[] {
  const messages = guarded(path, () => db.prepare(`PRAGMA integrity_check(${MAX_MESSAGES})`).pluck().all().map(String));
  return messages.filter((message) => message !== 'ok');
}

/** The RrError for an SQLite failure, or the cause itself when it is not one we expect. */
export function sqliteFailure(path: string, cause: unknown): unknown {
  if (!(cause instanceof Database.SqliteError)) return cause;
  const code = cause.code.split('_').slice(0, 2).join('_');
  const options = { cause };
  switch (code) {
    case 'SQLITE_NOTADB':
      return new RrError('FILE_CORRUPT', { path, detail: 'is not an SQLite database' }, options);
    case 'SQLITE_CORRUPT':
      return new RrError('FILE_CORRUPT', { path, detail: `is damaged (${cause.message})` }, options);
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return new RrError('DB_LOCKED', { path }, options);
    case 'SQLITE_FULL':
      return new RrError('DISK_FULL', { path }, options);
    case 'SQLITE_IOERR':
      // the shared-memory file beside a WAL database could not grow
      if (cause.code === 'SQLITE_IOERR_SHMSIZE') return new RrError('DISK_FULL', { path }, options);
      return new RrError('DISK_FAILED', { path, detail: cause.code }, options);
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
    case 'SQLITE_CANTOPEN':
      return isFolder(path) ? new RrError('IS_FOLDER', { path }, options) : whyNotOpen(path, options);
    default:
      return cause;
  }
}

/** SQLite says that a file cannot be opened or made, the system says why: no room, no descriptor, no permission. */
function whyNotOpen(path: string, options: ErrorOptions): unknown {
  try {
    const probe = temporaryPath(resolve(path));
    closeSync(openSync(probe, 'wx', 0o600));
    rmSync(probe);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const failure = code === 'EMFILE' ? cause : diskFull(cause, path);
    if (failure instanceof RrError || code === 'EMFILE') return failure;
  }
  return new RrError('DB_READ_ONLY', { path }, options);
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** A database opened for reading, and what has to go when it is closed. */
export interface ReadOnlyDatabase {
  readonly db: Database.Database;
  close(): void;
}

const GZIP_MAGIC = 0x1f8b;

/** What a writer leaves beside its database when it is killed; SQLite takes it for part of whatever has that name. */
const COMPANIONS = ['-wal', '-shm', '-journal'] as const;

/**
 * Before a database is put under a name: the next one who opens it would replay another database's log over it.
 * @throws RrError DB_LEFTOVER
 */
export function refuseLeftovers(path: string): void {
  const left = COMPANIONS.map((end) => path + end).find((name) => existsSync(name));
  if (left !== undefined) throw new RrError('DB_LEFTOVER', { path, left });
}

/** The file that a new database called `path` becomes. @throws RrError DB_LEFTOVER; CANNOT_OPEN for a pipe or a device */
export function databaseTarget(path: string): string {
  const target = outputTarget(path);
  if (target.kind === 'stream') throw notAFile(path);
  refuseLeftovers(target.path);
  return target.path;
}

const notAFile = (path: string): RrError =>
  new RrError('CANNOT_OPEN', { path, detail: 'a database has to be a file, not a pipe or a device' });

/** @throws RrError FILE_NOT_FOUND, IS_FOLDER, CANNOT_OPEN for a pipe or a device */
export function requireDatabaseFile(path: string): void {
  if (isPlainFile(path)) return;
  throw notAFile(path);
}

/**
 * Open a user's database for reading without changing it or leaving files beside it. A gzip file is unpacked, and a
 * file that SQLite could only open by writing (a WAL database at rest, or one left by a crashed writer) is copied,
 * both into the system's temporary folder, which then needs room for it. A database that a writer has open is read
 * in place, under SQLite's own locks.
 * @throws RrError FILE_NOT_FOUND, FILE_CORRUPT, DB_LOCKED
 */
export async function openReadOnly(path: string): Promise<ReadOnlyDatabase> {
  assertSqliteVersion();
  requireDatabaseFile(path);
  const header = readHeader(path);
  const gzip = header.length > 2 && header.readUInt16BE(0) === GZIP_MAGIC;
  const wal = header.length >= 20 && header[18] === 2;
  const [hasWal, hasShm, hasJournal] = ['-wal', '-shm', '-journal'].map((end) => sizeOf(path + end) > 0);
  const live = wal && hasWal && hasShm;
  if (!gzip && !hasJournal && (!wal || live)) return openAt(path, path, undefined, true);

  const folder = temporaryFolder('db');
  const copy = join(folder, 'copy.db');
  try {
    if (gzip) await gunzipTo(path, copy);
    else copyOurs(path, copy);
    for (const end of ['-wal', '-journal']) {
      if (!gzip && sizeOf(path + end) > 0) copyOurs(path + end, copy + end);
    }
    // without a log to replay the copy can be an ordinary read-only file
    const replay = !gzip && (hasWal || hasJournal);
    if (!replay) clearWalFlag(copy);
    return openAt(path, copy, folder, !replay);
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true });
    throw cause;
  }
}

/** A copy takes the mode of an archive along, and then could not be made ready for reading. */
function copyOurs(path: string, copy: string): void {
  copyFileSync(path, copy, constants.COPYFILE_FICLONE);
  chmodSync(copy, 0o600);
}

function openAt(name: string, path: string, folder: string | undefined, readonly: boolean): ReadOnlyDatabase {
  return guarded(name, () => {
    const db = openFile(path, { readonly, fileMustExist: true, timeout: 5000 });
    try {
      // forces the header to be read, so that a file that is no database fails here
      db.pragma('schema_version');
      db.pragma('query_only = ON');
    } catch (cause) {
      db.close();
      throw cause;
    }
    const close = () => {
      db.close();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    };
    return { db, close };
  });
}

/** The header of the file, 100 bytes (SQLite file format, 1.3), or what there is of it. */
export const readHeader = (path: string): Buffer => firstBytes(path, 100);

/** Bytes 18 and 19 of the header say "WAL" (2); 1 makes the file open without a log (SQLite file format, 1.3). */
function clearWalFlag(path: string): void {
  const header = readHeader(path);
  if (header.length < 20 || header[18] !== 2) return;
  const fd = openSync(path, 'r+');
  writeSync(fd, Uint8Array.of(1, 1), 0, 2, 18);
  closeSync(fd);
}

async function gunzipTo(path: string, target: string): Promise<void> {
  try {
    await pipeline(createReadStream(path), createGunzip(), createWriteStream(target));
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOSPC') throw new RrError('DISK_FULL', { path: target }, { cause });
    if (!code.startsWith('Z_')) throw cause;
    throw new RrError('FILE_CORRUPT', { path, detail: `is not a complete gzip file (${code})` }, { cause });
  }
}

/** Columns of a table in their order; empty when there is no such table. */
export function columnsOf(db: Database.Database, table: string): string[] {
  return db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table).map(String);
}

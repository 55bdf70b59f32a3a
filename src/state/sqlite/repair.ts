/**
 * `rr doctor --repair`: a damaged state database is put aside with all its bytes, and a new one takes its place with every
 * row that can still be read and is what was written.
 */
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { RrError } from '../../core/errors.ts';
import { syncFolder, temporaryPath } from '../../io/atomic.ts';
import { makeFolder } from '../../io/folder.ts';
import { guarded, sqliteFailure } from '../../io/sqlite/sqlite.ts';
import { StateFile } from './file.ts';
import { defineSeals, sealSql, TABLES, type Table } from './seals.ts';

/** Facts first; leases last, as the work they guard is described by the rows before. */
const ORDER: readonly Table[] = [
  ...(['results', 'model_audit', 'cursors', 'events', 'runs', 'breakers', 'file_hashes'] as const),
  'leases',
];

export interface RepairedState {
  /** Folder with the files as they were. */
  readonly aside: string;
  /** Rows that were taken over, and rows that were damaged, by table. */
  readonly kept: Readonly<Record<string, number>>;
  readonly lost: Readonly<Record<string, number>>;
}

/** @throws RrError LOCKED while a process has it open */
export async function repairState(path: string, now: Date): Promise<RepairedState> {
  const aside = join(dirname(path), `damaged-${now.toISOString().replace(/[:.]/g, '-')}`);
  const release = hold(path);
  const fresh = temporaryPath(path);
  try {
    makeFolder(aside);
    const copy = join(aside, 'rr.db');
    for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
    await syncFolder(aside);
    const { kept, lost } = takeOver(copy, fresh);
    release();
    // the copy is safe: what stands beside the new file would be taken for its log
    for (const end of ['-wal', '-shm', '-journal']) rmSync(path + end, { force: true });
    await rename(fresh, path);
    await syncFolder(dirname(path));
    return { aside, kept, lost };
  } finally {
    release();
    for (const end of ['', '-wal', '-shm']) rmSync(fresh + end, { force: true });
  }
}

/** Keeps other processes out, as far as what is left of the file allows. */
function hold(path: string): () => void {
  const db = new Database(path, { timeout: 1000, fileMustExist: true });
  let open = true;
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    const failure = sqliteFailure(path, cause);
    if (failure instanceof RrError && failure.code !== 'FILE_CORRUPT') {
      db.close();
      throw failure.code === 'DB_LOCKED' ? new RrError('LOCKED', { path }, { cause }) : failure;
    }
    // no process can work with a file whose header is gone
  }
  return () => {
    if (open) db.close();
    open = false;
  };
}

function takeOver(from: string, to: string): Pick<RepairedState, 'kept' | 'lost'> {
  const target = StateFile.open(to);
  const source = openDamaged(from);
  const kept: Record<string, number> = {};
  const lost: Record<string, number> = {};
  try {
    for (const table of ORDER) {
      const names = TABLES[table];
      const insert = `INSERT OR IGNORE INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
      [kept[table], lost[table]] = [0, 0];
      target.transaction(() => {
        for (const row of readable(source, table)) {
          if (row === undefined) lost[table] = (lost[table] ?? 0) + 1;
          else kept[table] = (kept[table] ?? 0) + target.run(insert, ...names.map((name) => row[name]));
        }
      });
    }
    return { kept, lost };
  } finally {
    source?.close();
    target.close();
    // one file, without a log beside it
    const alone = new Database(to);
    alone.pragma('journal_mode = DELETE');
    alone.close();
  }
}

/** The copy may be changed: an older schema is migrated, so that its rows are tested. */
function openDamaged(path: string): Database.Database | undefined {
  try {
    StateFile.open(path).close();
  } catch (error) {
    if (!(error instanceof RrError) || error.code !== 'FILE_CORRUPT') throw error;
  }
  try {
    const db = guarded(path, () => new Database(path));
    defineSeals(db);
    return db;
  } catch {
    return undefined;
  }
}

type Values = Readonly<Record<string, unknown>>;

/** Rows in the order of their numbers; undefined for a damaged one. A damaged page ends the run, and the other end is tried. */
function* readable(db: Database.Database | undefined, table: Table): Generator<Values | undefined> {
  if (db === undefined) return;
  const seen = new Set<unknown>();
  for (const order of ['ASC', 'DESC']) {
    try {
      const sql = `SELECT rowid AS number, *, ${sealSql(table)} IS seal AS intact FROM ${table} NOT INDEXED ORDER BY rowid ${order}`;
      for (const row of db.prepare<[], Values>(sql).iterate()) {
        if (seen.has(row.number)) continue;
        seen.add(row.number);
        yield row.intact === 1 ? row : undefined;
      }
      return;
    } catch (cause) {
      const failure = sqliteFailure('', cause);
      if (!(failure instanceof RrError) && !(cause instanceof Database.SqliteError)) throw cause;
      yield undefined;
    }
  }
}

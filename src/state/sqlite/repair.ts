/**
 * `rr doctor --repair`: a damaged state database is put aside with all its bytes, and a new one takes its place with every
 * row that can still be read and is what was written.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { RrError } from '../../core/errors.ts';
import { syncFolder } from '../../io/atomic.ts';
import { makeFolder } from '../../io/folder.ts';
import { columnsOf, guarded, isDamage, openFile, sqliteFailure } from '../../io/sqlite/sqlite.ts';
import { temporaryPath } from '../../io/temporary.ts';
import { StateFile } from './file.ts';
import { defineSeals, sealSql, TABLE_NAMES, TABLES, type Table } from './seals.ts';

export interface RepairedState {
  /** Folder with the files as they were. */
  readonly aside: string;
  /** Rows that were taken over, and rows that were damaged, by table. */
  readonly kept: Readonly<Record<string, number>>;
  readonly lost: Readonly<Record<string, number>>;
}

/**
 * What stays aside are copies, byte by byte; the work is done on others, as opening a database may change it. Killed at any
 * instant it can be repeated: it goes on from the copies that are aside.
 * @throws RrError LOCKED while a process has it open, or wrote to it meanwhile
 */
export async function repairState(path: string, now: Date): Promise<RepairedState> {
  const fresh = temporaryPath(path);
  const work = temporaryPath(path);
  let release: (() => void) | undefined;
  let made: string | undefined;
  try {
    // before the lock: closing a copied file would drop it (POSIX locks belong to the process)
    const before = stampsOf(path);
    const found = asideBefore(path);
    const aside = found ?? (await copyAside(path, now));
    if (found === undefined) made = aside;
    for (const end of FILES)
      if (existsSync(join(aside, `rr.db${end}`))) copyFileSync(join(aside, `rr.db${end}`), work + end);
    release = hold(path);
    if (stampsOf(path) !== before) throw new RrError('LOCKED', { path });
    const { kept, lost } = takeOver(work, fresh);
    made = undefined;
    release();
    // the copies are safe: what stands beside the new file would be taken for its log
    for (const end of ['-wal', '-shm', '-journal']) rmSync(path + end, { force: true });
    await rename(fresh, path);
    await syncFolder(dirname(path));
    return { aside, kept, lost };
  } finally {
    release?.();
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    for (const file of [fresh, work]) for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
  }
}

const ASIDE = 'damaged-';

/** The folder where a repair that was killed put this file, whose log it may have removed already. */
function asideBefore(path: string): string | undefined {
  const parent = dirname(path);
  const folders = readdirSync(parent).filter((name) => name.startsWith(ASIDE));
  const same = (a: string, b: string): boolean => existsSync(a) && readFileSync(a).equals(readFileSync(b));
  return folders
    .map((name) => join(parent, name))
    .find(
      (folder) =>
        same(join(folder, 'rr.db'), path) &&
        (!existsSync(`${path}-wal`) || same(join(folder, 'rr.db-wal'), `${path}-wal`)),
    );
}

/** The folder appears with all the files in it, or not at all. */
async function copyAside(path: string, now: Date): Promise<string> {
  const aside = join(dirname(path), `${ASIDE}${now.toISOString().replace(/[:.]/g, '-')}`);
  const copies = temporaryPath(path);
  try {
    makeFolder(copies);
    for (const end of FILES) if (existsSync(path + end)) await copyDurably(path + end, join(copies, `rr.db${end}`));
    await syncFolder(copies);
    await rename(copies, aside);
    await syncFolder(dirname(path));
    return aside;
  } catch (error) {
    rmSync(copies, { recursive: true, force: true });
    throw error;
  }
}

const FILES = ['', '-wal'] as const;

/** Changes with every write to the database. */
const stampsOf = (path: string): string =>
  FILES.map((end) => {
    const stat = statSync(path + end, { throwIfNoEntry: false });
    // opening the database makes an empty log
    return stat && stat.size > 0 ? `${stat.size} ${stat.mtimeMs}` : '';
  }).join('\n');

async function copyDurably(from: string, to: string): Promise<void> {
  copyFileSync(from, to);
  const handle = await open(to, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Keeps other processes out, as far as what is left of the file allows. */
function hold(path: string): () => void {
  const db = openFile(path, { timeout: 1000, fileMustExist: true });
  let isOpen = true;
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    const failure = sqliteFailure(path, cause);
    if (!isDamage(failure)) {
      db.close();
      throw failure instanceof RrError && failure.code === 'DB_LOCKED'
        ? new RrError('LOCKED', { path }, { cause })
        : failure;
    }
    // no process can work with a file whose header is gone
  }
  return () => {
    if (isOpen) db.close();
    isOpen = false;
  };
}

function takeOver(from: string, to: string): Pick<RepairedState, 'kept' | 'lost'> {
  const target = StateFile.open(to);
  const source = openDamaged(from);
  const kept: Record<string, number> = {};
  const lost: Record<string, number> = {};
  try {
    for (const table of TABLE_NAMES) {
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
    const alone = openFile(to);
    alone.pragma('journal_mode = DELETE');
    alone.close();
  }
}

/** The copy may be changed: an older schema is migrated, so that its rows are tested. Undefined when nothing can be read. */
function openDamaged(path: string): Database.Database | undefined {
  try {
    StateFile.open(path).close();
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  try {
    const db = guarded(path, () => openFile(path));
    defineSeals(db);
    return db;
  } catch (error) {
    if (!isDamage(error)) throw error;
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
      const sql = `SELECT rowid AS number, *, ${intactSql(db, table)} AS intact FROM ${table} NOT INDEXED ORDER BY rowid ${order}`;
      for (const row of db.prepare<[], Values>(sql).iterate()) {
        if (seen.has(row.number)) continue;
        seen.add(row.number);
        yield row.intact === 1 ? row : undefined;
      }
      return;
    } catch (cause) {
      const failure = sqliteFailure('', cause);
      if (!isDamage(failure)) throw failure;
      yield undefined;
    }
  }
}

/**
 * A file that damage keeps from being migrated has rows without seals, those named by their contents still prove
 * themselves; and tables of another form, whose rows are lost.
 */
function intactSql(db: Database.Database, table: Table): string {
  const columns = columnsOf(db, table);
  if (TABLES[table].some((name) => !columns.includes(name))) return '0';
  return columns.includes('seal')
    ? `${sealSql(table)} IS seal`
    : `names_itself('${table}', ${TABLES[table].join(', ')})`;
}

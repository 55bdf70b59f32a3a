/** A whole state database looked at: pages, indexes, every row. */
import type Database from 'better-sqlite3';
import { RrError } from '../../core/errors.ts';
import { openReadOnly, sqliteFailure } from '../../io/sqlite/sqlite.ts';
import { STATE_MIGRATIONS } from './schema.ts';
import { completeSql, defineSeals, TABLE_NAMES, TABLES, type Table, verifiedSql } from './seals.ts';

/** Messages of one check; a file with more has lost a page or an index as a whole. */
const MOST = 100;

/** In one line each; none when the file is healthy. @throws RrError FILE_NOT_FOUND, NO_PERMISSION, DB_LOCKED */
export async function stateProblems(path: string): Promise<string[]> {
  let opened: Awaited<ReturnType<typeof openReadOnly>>;
  try {
    opened = await openReadOnly(path);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return [String(error.params.detail)];
  }
  const { db, close } = opened;
  try {
    const messages = db.prepare(`PRAGMA integrity_check(${MOST})`).pluck().all().map(String);
    const pages = messages.filter((message) => message !== 'ok');
    // rows of older files have no seal; the next command that writes makes it
    if (db.pragma('user_version', { simple: true }) !== STATE_MIGRATIONS.length) return pages;
    defineSeals(db);
    return [...pages, ...TABLE_NAMES.flatMap((table) => tableProblems(db, table))];
  } catch (cause) {
    const failure = sqliteFailure(path, cause);
    if (!isDamage(failure)) throw failure;
    return [String(failure.params.detail)];
  } finally {
    close();
  }
}

function tableProblems(db: Database.Database, table: Table): string[] {
  const [key] = TABLES[table];
  const bad = db
    .prepare(`SELECT ${key} FROM (${verifiedSql(table, 'FALSE')})`)
    .pluck()
    .all();
  const problems = bad.map((name) => `a row of ${table} is damaged (${String(name)})`);
  if (db.prepare(completeSql(table)).pluck().get() !== 1)
    problems.push(`${table} does not hold the rows that were stored`);
  return problems;
}

const isDamage = (error: unknown): error is RrError => error instanceof RrError && error.code === 'FILE_CORRUPT';

/** A whole state database looked at: pages, indexes, every row. */
import type Database from 'better-sqlite3';
import { integrityMessages, isDamage, openReadOnly, sqliteFailure } from '../../io/sqlite/sqlite.ts';
import { STATE_MIGRATIONS } from './schema.ts';
import { completeSql, defineSeals, TABLE_NAMES, TABLES, type Table, verifiedSql } from './seals.ts';

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
    const pages = integrityMessages(path, db);
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

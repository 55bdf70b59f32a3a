/** Whether the pages of a database are whole, in as much time as the occasion is worth. */
import type Database from 'better-sqlite3';
import { RrError } from '../../core/errors.ts';

/** Files up to this size are checked in full before they are written to, in less than a second. */
const CHECKED_WHOLE_BYTES = 1 << 28;
/** Tables with their indices and the first column of each. */
const INDICES = `SELECT tbl_name, entry.name, info.name FROM sqlite_schema AS entry, pragma_index_info(entry.name) AS info
  WHERE entry.type = 'index' AND info.seqno = 0`;

/** Checks the whole file. @throws RrError FILE_CORRUPT, or what SQLite throws for a page it cannot read */
export function quickCheck(db: Database.Database, path: string): void {
  const [first] = db.prepare('PRAGMA quick_check(1)').pluck().all();
  if (first !== 'ok') throw new RrError('FILE_CORRUPT', { path, detail: `is damaged (${String(first)})` });
}

/**
 * Checks files up to `wholeBytes` in full (a second for 256 MiB), and of larger ones what appending touches: the newest
 * game, and all indices, as the ids of new games are spread over their pages (a tenth of the file). Throws as quickCheck().
 */
export function refuseDamaged(db: Database.Database, path: string, wholeBytes = CHECKED_WHOLE_BYTES): void {
  const pragma = (name: 'page_count' | 'page_size'): number => Number(db.pragma(name, { simple: true }));
  if (pragma('page_count') * pragma('page_size') <= wholeBytes) {
    quickCheck(db, path);
    return;
  }
  for (const [table, index, column] of db.prepare(INDICES).raw().all() as string[][]) {
    // a mere count would take the smallest index whichever is named
    db.prepare(`SELECT sum(length("${column}")) FROM "${table}" INDEXED BY "${index}"`).get();
  }
  db.prepare('SELECT sum(length(game_id)) FROM game_seats NOT INDEXED').get();
  db.prepare('SELECT max(rowid), length(moves) FROM games').get();
}

/** Pages and indexes of any SQLite database, in SQLite's own words. */
import type Database from 'better-sqlite3';
import { sqliteFailure } from '../../io/sqlite/sqlite.ts';
import type { Fault } from './finding.ts';

/** Messages of one check; a file with more has lost a page or an index as a whole. */
const MOST = 100;

export interface PageFault {
  readonly fault: Extract<Fault, 'page' | 'index' | 'orphan'>;
  readonly found: string;
}

/** Compares every index with its table as well, which quick_check leaves out. Cost: a pass over the file and a look-up per entry. */
export function pageFaults(db: Database.Database): PageFault[] {
  try {
    const messages = db.prepare(`PRAGMA integrity_check(${MOST})`).pluck().all().map(String);
    return messages.filter((message) => message !== 'ok' && !ABOUT_VALUES.test(message)).map(ofMessage);
  } catch (cause) {
    const failure = sqliteFailure('', cause);
    return [{ fault: 'page', found: failure instanceof Error ? failure.message.replace(/^: /, '') : String(failure) }];
  }
}

/** Rows of one game are tested by their seal, which names the game. */
const ABOUT_VALUES = /CHECK constraint failed|NULL value in|non-\w+ value in|\w+ value in/;

const ofMessage = (found: string): PageFault => ({ fault: /index/.test(found) ? 'index' : 'page', found });

/** Rows that belong to a game which is not there, by table. */
export function orphanRows(db: Database.Database): PageFault[] {
  try {
    const rows = db
      .prepare('SELECT "table" AS name, count(*) AS n FROM pragma_foreign_key_check GROUP BY 1')
      .raw()
      .all();
    return (rows as [string, number][]).map(([name, n]) => ({
      fault: 'orphan',
      found: `${n} ${n === 1 ? 'row' : 'rows'} of ${name} belong to no game`,
    }));
  } catch (cause) {
    const failure = sqliteFailure('', cause);
    return [{ fault: 'page', found: failure instanceof Error ? failure.message.replace(/^: /, '') : String(failure) }];
  }
}

/** Pages and indexes of any SQLite database, in SQLite's own words. */
import type Database from 'better-sqlite3';
import { guarded, integrityMessages, isDamage } from '../../io/sqlite/sqlite.ts';
import type { Fault } from './finding.ts';

export interface PageFault {
  readonly fault: Extract<Fault, 'page' | 'index' | 'orphan'>;
  readonly found: string;
}

/** @throws RrError for a failure that says nothing about the file, such as DB_LOCKED */
export const pageFaults = (path: string, db: Database.Database): PageFault[] =>
  orPageFault(() =>
    integrityMessages(path, db)
      .filter((message) => !ABOUT_VALUES.test(message))
      .map(ofMessage),
  );

/** Rows of one game are tested by their seal, which names the game. */
const ABOUT_VALUES = /CHECK constraint failed|\w+ value in/;

const ofMessage = (found: string): PageFault => ({ fault: /index/.test(found) ? 'index' : 'page', found });

/** Rows that belong to a game which is not there, by table. @throws as pageFaults() */
export const orphanRows = (path: string, db: Database.Database): PageFault[] =>
  orPageFault(() => {
    const rows = guarded(path, () =>
      db.prepare('SELECT "table" AS name, count(*) AS n FROM pragma_foreign_key_check GROUP BY 1').raw().all(),
    );
    return (rows as [string, number][]).map(([name, n]) => ({
      fault: 'orphan',
      found: `${n} ${n === 1 ? 'row' : 'rows'} of ${name} belong to no game`,
    }));
  });

/** A check that damage stops has found a damaged page. */
function orPageFault(look: () => PageFault[]): PageFault[] {
  try {
    return look();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return [{ fault: 'page', found: String(error.params.detail) }];
  }
}

/**
 * Steps of the schema of our replay database. One row a game: what is asked for in typed, indexed columns, moves and search
 * data as one checksummed blob (blob.ts). STRICT tables refuse values of another type.
 *
 * A change of the schema is a new entry in MIGRATIONS; entries once released are never edited.
 */
import type Database from 'better-sqlite3';
import { RrError } from '../../core/errors.ts';
import { SCHEMA_1 } from './schema-1.ts';
import { toSchema2 } from './schema-2.ts';

/** "RRDB": tells our files from all other SQLite databases. */
export const APPLICATION_ID = 0x52524442;

export type Migration = (db: Database.Database, path: string) => void;

/** Step i takes a file from version i to i + 1. */
export const MIGRATIONS: readonly Migration[] = [(db) => db.exec(SCHEMA_1), toSchema2];

/**
 * Bring an open database to the newest version, each step in its own transaction, so that a kill in between leaves a
 * valid older file. @throws RrError DB_NEWER
 */
export function migrate(db: Database.Database, path: string, migrations: readonly Migration[] = MIGRATIONS): void {
  const found = schemaVersion(db);
  if (found > migrations.length) {
    throw new RrError('DB_NEWER', { path, kind: 'replay database', found, known: migrations.length });
  }
  for (const [version, change] of migrations.entries()) {
    if (version < found) continue;
    const step = db.transaction(() => {
      // another process may have taken this step while we waited for the lock
      if (schemaVersion(db) !== version) return;
      change(db, path);
      db.pragma(`user_version = ${version + 1}`);
    });
    step.immediate();
  }
}

export const schemaVersion = (db: Database.Database): number => Number(db.pragma('user_version', { simple: true }));

export const applicationId = (db: Database.Database): number => Number(db.pragma('application_id', { simple: true }));

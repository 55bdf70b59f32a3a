/** Which kind of database a file is, so that every command that takes `--db` can take both. */
import { RrError } from '../../core/errors.ts';
import { columnsOf, guarded, openReadOnly, readHeader, requireDatabaseFile } from '../../io/sqlite/sqlite.ts';
import { APPLICATION_ID, applicationId } from '../store/schema.ts';

/** `rr`: our replay database. `ringrift`: the original's GameReplayDB, plain or gzip. */
export type DatabaseKind = 'rr' | 'ringrift';

/** @throws RrError FILE_NOT_FOUND, IS_FOLDER, FILE_CORRUPT (neither), DB_LOCKED */
export async function databaseKind(path: string): Promise<DatabaseKind> {
  if (hasOurMark(path)) return 'rr';
  const { db, close } = await openReadOnly(path);
  try {
    return guarded(path, () => {
      if (applicationId(db) === APPLICATION_ID) return 'rr';
      if (columnsOf(db, 'games').includes('game_id')) return 'ringrift';
      throw new RrError('FILE_CORRUPT', { path, detail: 'is neither a replay database of rr nor a GameReplayDB' });
    });
  } finally {
    close();
  }
}

/** The application id is at byte 68 of the header (SQLite file format, 1.3); GameStore sets it before all else. */
function hasOurMark(path: string): boolean {
  requireDatabaseFile(path);
  const header = readHeader(path);
  return (
    header.length === 100 &&
    header.toString('latin1', 0, 15) === 'SQLite format 3' &&
    header.readUInt32BE(68) === APPLICATION_ID
  );
}

/** The state store in one SQLite file of this machine. Calls block the thread for as long as SQLite works. */
import type { StateStore } from '../store/store.ts';
import { SqliteAudit } from './audit.ts';
import { SqliteBreakers } from './breakers.ts';
import { SqliteEvents } from './events.ts';
import { type Clock, StateFile } from './file.ts';
import { SqliteLeases } from './leases.ts';
import { SqliteCursors, SqliteFileHashes } from './memory.ts';
import { SqliteResults } from './results.ts';
import { SqliteRuns } from './runs.ts';
import { STATE_MIGRATIONS } from './schema.ts';

/** @throws RrError as StateFile.open */
export function openSqlite(path: string, now: Clock = Date.now): StateStore {
  return storeOf(StateFile.open(path), now);
}

/** @throws RrError as StateFile.openReadOnly */
export const openSqliteReadOnly = async (path: string): Promise<StateStore> =>
  storeOf(await StateFile.openReadOnly(path), Date.now);

function storeOf(file: StateFile, now: Clock): StateStore {
  return {
    schema: STATE_MIGRATIONS.length,
    leases: new SqliteLeases(file, now),
    runs: new SqliteRuns(file, now),
    events: new SqliteEvents(file),
    cursors: new SqliteCursors(file, now),
    results: new SqliteResults(file),
    audit: new SqliteAudit(file),
    breakers: new SqliteBreakers(file, now),
    fileHashes: new SqliteFileHashes(file),
    close: async () => file.close(),
  };
}

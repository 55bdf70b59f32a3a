/** Opens the state store, for the time of some work or for longer. */
import { existsSync } from 'node:fs';
import { RrError } from '../core/errors.ts';
import { missingFile } from '../io/missing-file.ts';
import { MEMORY } from './sqlite/file.ts';
import { openSqlite, openSqliteReadOnly } from './sqlite/store.ts';
import type { StateStore } from './store/store.ts';

/**
 * Opens for reading and writing. File and folder are made when missing, older schemas are migrated.
 * @throws RrError DB_NETWORK_FS, DB_LOCKED, DB_NEWER, STATE_NOT_WRITABLE, FILE_CORRUPT
 */
export async function openState(path: string): Promise<StateStore> {
  try {
    return openSqlite(path);
  } catch (error) {
    throw notWritable(error, path);
  }
}

const NOT_WRITABLE: ReadonlySet<unknown> = new Set(['DB_READ_ONLY', 'EACCES', 'EPERM', 'EROFS']);

/** Without a state nothing may be claimed or promoted; what only reads opens it otherwise. */
function notWritable(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (!NOT_WRITABLE.has(code)) return error;
  const detail = code === 'DB_READ_ONLY' ? 'read-only' : String(code);
  return new RrError('STATE_NOT_WRITABLE', { path, detail }, { cause: error });
}

/**
 * For work that only reads: nothing is written or made, and where there is no file it is an empty store in memory.
 * @throws RrError NO_PERMISSION where nobody can tell, DB_NEWER, FILE_CORRUPT
 */
export async function openStateToRead(path: string): Promise<StateStore> {
  if (existsSync(path)) return openSqliteReadOnly(path);
  const missing = missingFile(path);
  if (missing.code === 'NO_PERMISSION') throw missing;
  return openSqlite(MEMORY);
}

type Work<T> = (state: StateStore) => Promise<T>;

/** `path` is DataPaths.state. */
export const withState = async <T>(path: string, work: Work<T>): Promise<T> => during(await openState(path), work);

/** For work that only reads: makes no files. */
export const readState = async <T>(path: string, work: Work<T>): Promise<T> =>
  during(await openStateToRead(path), work);

async function during<T>(state: StateStore, work: Work<T>): Promise<T> {
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}

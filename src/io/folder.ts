/** Making folders. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { RrError } from '../core/errors.ts';

/**
 * Makes `folder` and its missing parents, durably; one that is there already stays as it is. `mode` is for those that
 * are made.
 *
 * Not `mkdir` with `recursive`: where a file system answers ENOENT to a mkdir below a folder that is there (/proc), that
 * call of Node 26 never ends.
 * @throws RrError FOLDER_IMPOSSIBLE, and the system's error (no permission, disk full) with the path it is about
 */
export function makeFolder(folder: string, mode?: number): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found) throw new RrError('FOLDER_IMPOSSIBLE', { path: folder, detail: 'there is a file of that name' });
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent, mode);
  try {
    mkdirSync(folder, mode === undefined ? {} : { mode });
    syncEntries(parent);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // somebody else made it meanwhile
    if (code === 'EEXIST' && existsSync(folder)) return;
    if (code !== 'ENOENT') throw error;
    throw new RrError('FOLDER_IMPOSSIBLE', { path: folder, detail: `${parent} takes no folders` }, { cause: error });
  }
}

/** Makes a name in this folder survive a power cut. Windows has no such call and does not need it. */
function syncEntries(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

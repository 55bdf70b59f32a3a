/** Why a file that was named cannot be read: existsSync says no for a file in a folder that is closed to us, too. */
import { type Stats, statSync } from 'node:fs';
import { extname } from 'node:path';
import { RrError } from '../core/errors.ts';

/** NO_PERMISSION when the way to `path` is closed, IS_FOLDER when it is one, otherwise FILE_NOT_FOUND. */
export function missingFile(path: string, options?: ErrorOptions): RrError {
  const found = look(path);
  if (found instanceof RrError) return found;
  if (found?.isDirectory()) return new RrError('IS_FOLDER', { path }, options);
  return new RrError('FILE_NOT_FOUND', { path, hint: nameHint(path) ?? MADE_BY[extname(path)] ?? '' }, options);
}

/** A name that was listed or given in another encoding stands for no file. */
export const nameHint = (path: string): string | undefined =>
  path.includes('\ufffd') ? '; its name holds bytes that are not UTF-8, rename it' : undefined;

/** What makes files of a kind, for whoever names one that is not there yet. */
const MADE_BY: Readonly<Record<string, string>> = {
  '.npz': '; rr export --npz makes training files from games',
};

/** Before a file is opened: the system's own words for a folder or a missing file do not name it. @throws as missingFile */
export function requireFile(path: string): void {
  const found = look(path);
  if (found === undefined || found instanceof RrError || found.isDirectory()) throw missingFile(path);
}

/** Whether it can be read at any place and more than once: not a pipe (`<(…)`, /dev/stdin) and not a device. */
export function isPlainFile(path: string): boolean {
  requireFile(path);
  return statSync(path).isFile();
}

/** Before a file is made, so that a folder of that name is told before the work and not after it. @throws RrError IS_FOLDER */
export function refuseFolder(path: string): void {
  const found = look(path);
  if (!(found instanceof RrError) && found?.isDirectory()) throw new RrError('IS_FOLDER', { path });
}

function look(path: string): Stats | RrError | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    return code === 'EACCES' || code === 'EPERM' ? new RrError('NO_PERMISSION', { path }, { cause }) : undefined;
  }
}

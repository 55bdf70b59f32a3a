/** Why a file that was named cannot be read: existsSync says no for a file in a folder that is closed to us, too. */
import { statSync } from 'node:fs';
import { RrError } from '../errors.ts';

/** NO_PERMISSION when the way to `path` is closed, otherwise FILE_NOT_FOUND. */
export function missingFile(path: string, options?: ErrorOptions): RrError {
  try {
    statSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EACCES' || code === 'EPERM') return new RrError('NO_PERMISSION', { path }, { cause: error });
  }
  return new RrError('FILE_NOT_FOUND', { path }, options);
}

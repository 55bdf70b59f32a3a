/** A disk, a quota or a limit that is used up. */
import { RrError } from '../core/errors.ts';

/** RrError DISK_FULL or FILE_LIMIT for what a full disk, a quota or a limit throws; the rest comes back unchanged. */
export function diskFull(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new RrError('DISK_FULL', { path }, { cause: error });
  return code === 'EFBIG' ? new RrError('FILE_LIMIT', { path }, { cause: error }) : error;
}

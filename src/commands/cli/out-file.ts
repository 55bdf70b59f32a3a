/** Flags that name a file to write. What cannot be one is refused before the work, not after hours of it. */
import { Flags } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import { refuseFolder } from '../../io/missing-file.ts';

/**
 * `svg: outFile('--svg')({ description, helpValue })`. `-` is refused unless the command writes to stdout for it: it
 * would make a file of that name.
 * @throws RrError USAGE, IS_FOLDER when the flag is parsed
 */
export const outFile = (flag: string, { stdout = false } = {}) =>
  Flags.custom<string>({ parse: async (path) => checked(flag, path, stdout) });

function checked(flag: string, path: string, stdout: boolean): string {
  if (path === '-' && stdout) return path;
  if (path === '-')
    throw new RrError('USAGE', { detail: `${flag} - : needs a file; stdout carries other things here` });
  refuseFolder(path);
  return path;
}

/** A path as tables show it. */
import { relative, resolve, sep } from 'node:path';

/** Below the current folder it begins there, which is short and can be typed; elsewhere it stays as it is. */
export function pathText(path: string, cwd: string = process.cwd()): string {
  const below = relative(cwd, resolve(cwd, path));
  return below === '' || below === '..' || below.startsWith(`..${sep}`) ? path : below;
}

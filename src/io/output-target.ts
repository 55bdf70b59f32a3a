/**
 * What a name to write to stands for. A file can be replaced as a whole; a device, a pipe or a link to one can only be
 * written through, and a rename over its name would destroy it.
 */
import { accessSync, constants, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { RrError } from '../core/errors.ts';
import { refuseFolder } from './missing-file.ts';

export type OutputTarget =
  /** `path` with links followed, so that a link stays one; `mode` of the file that is there already. */
  | { readonly kind: 'file'; readonly path: string; readonly mode?: number }
  | { readonly kind: 'stream'; readonly path: string };

/** Names of files that are open already: /dev/stdout may be a file, but it is somebody's. /dev/shm is an ordinary folder. */
const OPEN_FILES = /^\/(proc|dev\/fd)\/|^\/dev\/std(in|out|err)$/;

/** @throws RrError IS_FOLDER; CANNOT_OPEN for a disk or a socket; NO_PERMISSION for a stream that may not be written */
export function outputTarget(path: string): OutputTarget {
  refuseFolder(path);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { kind: 'file', path: targetOfLink(path) };
  const isStream = found.isCharacterDevice() || found.isFIFO() || (found.isFile() && OPEN_FILES.test(resolve(path)));
  if (isStream) {
    checkWritable(path);
    return { kind: 'stream', path };
  }
  if (found.isFile()) return { kind: 'file', path: realpathSync(path), mode: found.mode & 0o7777 };
  const detail = `it is a ${found.isSocket() ? 'socket' : 'block device'}; name a file`;
  throw new RrError('CANNOT_OPEN', { path, detail });
}

/** Where a link that leads to nothing would make its file. */
function targetOfLink(path: string): string {
  const link = lstatSync(path, { throwIfNoEntry: false });
  return link?.isSymbolicLink() ? resolve(dirname(path), readlinkSync(path)) : path;
}

function checkWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (cause) {
    throw new RrError('NO_PERMISSION', { path }, { cause });
  }
}

/**
 * Files and folders that live no longer than the process that made them. Their names hold the machine and the process, so
 * that what a killed one left is known, and goes as soon as the same work is done again.
 */
import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { RrError } from '../core/errors.ts';
import { diskFull } from './disk-full.ts';

/** Ends every temporary name: `.<target>.<host>-<pid>-<random>.rr.tmp`. */
export const TEMP_SUFFIX = '.rr.tmp';

/** A name of ours, or of what SQLite puts beside a database of that name. */
const OURS = /\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.rr\.tmp(-wal|-shm|-journal)?$/;

/** Leftovers older than this belong to a process that is gone, even where its number cannot be asked. Milliseconds. */
const STALE_MS = 24 * 3600 * 1000;

/** Tells machines that share a folder apart: a process number means something only on its own. */
const HOST_TAG = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

const tagged = (name: string): string =>
  `${name}.${HOST_TAG}-${process.pid}-${randomBytes(4).toString('hex')}${TEMP_SUFFIX}`;

/** A name beside `path` that no other writer uses. What killed writers of the same file left there goes. */
export function temporaryPath(path: string): string {
  const [folder, name] = [dirname(path), `.${basename(path)}`];
  sweep(folder, `${name}.`);
  return join(folder, tagged(name));
}

/**
 * A new folder that only its owner may enter, in the system's folder for temporary files or in `parent`. Whoever made it
 * removes it; what killed processes left goes here. @param purpose one word @throws RrError CANNOT_OPEN, DISK_FULL
 */
export function temporaryFolder(purpose: string, parent = tmpdir()): string {
  // in a folder of the user's it is hidden
  const prefix = parent === tmpdir() ? 'rr-' : '.rr-';
  sweep(parent, prefix);
  const folder = join(parent, tagged(prefix + purpose));
  try {
    mkdirSync(folder, { mode: 0o700 });
    return folder;
  } catch (cause) {
    const failure = diskFull(cause, parent);
    if (failure instanceof RrError) throw failure;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const why = parent === tmpdir() ? `${code}); TMPDIR names another folder for temporary files` : `${code})`;
    throw new RrError('CANNOT_OPEN', { path: parent, detail: `no folder can be made there (${why}` }, { cause });
  }
}

/** Removes what abandonedTemporaries() finds, and returns the names. */
export function sweepTemporaries(folder: string, nowMs: number = Date.now()): string[] {
  const names = abandonedTemporaries(folder, nowMs);
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
  return names;
}

/**
 * Names of the temporary files and folders that a killed process left in this folder. One counts when the process of
 * this machine that made it is gone, or when it is more than a day old.
 */
export function abandonedTemporaries(folder: string, nowMs: number = Date.now()): string[] {
  return readdirSync(folder).filter((name) => isAbandoned(folder, name, nowMs));
}

/** Nobody's work fails because of what others left. Only what is our own: others may change what we look at. */
function sweep(folder: string, prefix: string): void {
  try {
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(prefix) || !isAbandoned(folder, name, Date.now())) continue;
      const path = join(folder, name);
      if (lstatSync(path).uid === (process.getuid?.() ?? 0)) rmSync(path, { recursive: true, force: true });
    }
  } catch {
    // rr doctor names what stays
  }
}

function isAbandoned(folder: string, name: string, nowMs: number): boolean {
  const [, host, pid] = OURS.exec(name) ?? [];
  if (host === undefined) return false;
  if (host === HOST_TAG && !isAlive(Number(pid))) return true;
  // one that its writer has renamed meanwhile counts as brand new
  const modified = lstatSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
  return nowMs - modified >= STALE_MS;
}

/** Whether a process of this machine has that number. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to someone else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

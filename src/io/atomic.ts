/**
 * Files that are either there in full or not at all: written under a temporary name beside the target, synced, renamed
 * over it, and the folder synced, so that a kill or a power cut at any instant leaves the old file or the new one. A link
 * stays one and an existing file keeps its mode. What is no file (a device, a pipe) is written through, once all is made.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { RrError } from '../core/errors.ts';
import { makeFolder } from './folder.ts';
import { type OutputTarget, outputTarget } from './output-target.ts';

/** Ends every temporary name: `.<target>.<host>-<pid>-<random>.rr.tmp`. */
export const TEMP_SUFFIX = '.rr.tmp';

/** Leftovers older than this belong to a process that is gone, even where its number cannot be asked. Milliseconds. */
const STALE_MS = 24 * 3600 * 1000;

/** Tells machines that share a folder apart: a process number means something only on its own. */
const HOST_TAG = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** Writes `content` to `path`, making its folder when missing. @throws RrError DISK_FULL, FOLDER_IMPOSSIBLE, IS_FOLDER, or the system's error. */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await writeAtomic(path, async (file) => {
    await file.writeFile(content);
  });
}

/**
 * The same for content that is produced while it is written: `produce` gets the open temporary file and writes to it.
 * When it throws, the target stays as it was and the temporary file is gone. Returns what `produce` returned.
 * @throws RrError DISK_FULL when the disk fills up, otherwise what `produce` or the system threw.
 */
export async function writeAtomic<T>(
  path: string,
  produce: (file: FileHandle, temporary: string) => Promise<T>,
): Promise<T> {
  makeFolder(dirname(path));
  const target = outputTarget(path);
  const temporary = temporaryPath(target.kind === 'file' ? target.path : join(tmpdir(), basename(path)));
  let file: FileHandle | undefined;
  try {
    file = await open(temporary, 'wx');
    const result = await produce(file, temporary);
    if (target.kind === 'file') {
      if (target.mode !== undefined) await file.chmod(target.mode);
      await file.sync();
    }
    await file.close();
    file = undefined;
    await putInPlace(temporary, target);
    return result;
  } catch (error) {
    await file?.close().catch(() => {});
    await unlink(temporary).catch(() => {});
    throw diskFull(error, path);
  }
}

async function putInPlace(temporary: string, target: OutputTarget): Promise<void> {
  if (target.kind === 'file') {
    await rename(temporary, target.path);
    await syncFolder(dirname(target.path));
    return;
  }
  await pipeline(createReadStream(temporary), createWriteStream(target.path));
  await unlink(temporary);
}

/**
 * Finds out whether `path` can be written, for whoever has long work to do before. Makes its folder, and leaves nothing.
 * @throws what writeAtomic throws
 */
export async function assertWritable(path: string): Promise<void> {
  try {
    makeFolder(dirname(path));
    const target = outputTarget(path);
    if (target.kind === 'stream') return;
    const temporary = temporaryPath(target.path);
    await (await open(temporary, 'wx')).close();
    await unlink(temporary);
  } catch (error) {
    throw diskFull(error, path);
  }
}

/** A name beside `path` that no other writer uses. */
export const temporaryPath = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${HOST_TAG}-${process.pid}-${randomBytes(4).toString('hex')}${TEMP_SUFFIX}`);

/** Makes a rename in this folder durable. Windows has no such call and does not need it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** RrError DISK_FULL or FILE_LIMIT for what a full disk, a quota or a limit throws; the rest comes back unchanged. */
export function diskFull(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new RrError('DISK_FULL', { path }, { cause: error });
  return code === 'EFBIG' ? new RrError('FILE_LIMIT', { path }, { cause: error }) : error;
}

/** Removes the abandoned temporary files of this folder, and returns their names. */
export async function sweepTemporaries(folder: string, nowMs: number = Date.now()): Promise<string[]> {
  const names = await abandonedTemporaries(folder, nowMs);
  for (const name of names) await rm(join(folder, name), { force: true });
  return names;
}

/**
 * Names of the temporary files that a killed process left in this folder. A file counts when the process of this
 * machine that made it is gone, or when it is more than a day old.
 */
export async function abandonedTemporaries(folder: string, nowMs: number = Date.now()): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(folder)) {
    const [, host, pid] = /\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.rr\.tmp$/.exec(name) ?? [];
    if (host === undefined) continue;
    const abandoned = host === HOST_TAG && !isAlive(Number(pid));
    if (abandoned || nowMs - (await modifiedMs(join(folder, name))) >= STALE_MS) found.push(name);
  }
  return found;
}

/** A file that its writer has renamed meanwhile counts as brand new. */
async function modifiedMs(path: string): Promise<number> {
  const info = await stat(path).catch(() => undefined);
  return info?.mtimeMs ?? Number.POSITIVE_INFINITY;
}

/** Whether a process of this machine has that number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to someone else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

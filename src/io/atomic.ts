/**
 * Files that are either there in full or not at all: written under a temporary name beside the target, synced, renamed
 * over it, and the folder synced, so that a kill or a power cut at any instant leaves the old file or the new one. A link
 * stays one and an existing file keeps its mode. What is no file (a device, a pipe) is written through, once all is made.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { diskFull } from './disk-full.ts';
import { makeFolder } from './folder.ts';
import { type OutputTarget, outputTarget } from './output-target.ts';
import { temporaryPath } from './temporary.ts';

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

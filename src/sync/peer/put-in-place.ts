/** Moves verified files to the names they are used under, durably and without losing what has that name. */
import { existsSync, renameSync, statSync } from 'node:fs';
import { copyFile, open, rename, rm, utimes } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { syncFolder } from '../../io/atomic.ts';
import { diskFull } from '../../io/disk-full.ts';
import { makeFolder } from '../../io/folder.ts';
import type { DataPaths } from '../../io/paths.ts';
import { temporaryPath } from '../../io/temporary.ts';
import { type HashMemory, pathOf } from './files.ts';
import type { FileItem } from './items.ts';
import { outputOf } from './program.ts';

/** The files of a data folder, and what is known of them. */
export interface FileStore {
  readonly paths: DataPaths;
  readonly memory: HashMemory;
}

/**
 * Moves verified files from a staging folder to their places, their contents safe on the disk before any has its name.
 * Mostly synchronous calls: of thousands of small files each trip to the thread pool would cost more than the work.
 */
export async function putInPlace(
  { paths, memory }: FileStore,
  folder: string,
  items: readonly FileItem[],
): Promise<void> {
  if (items.length === 0) return;
  await syncFiles(
    folder,
    items.map((item) => join(folder, item.sha256)),
  );
  const touched = new Set<string>();
  for (const item of items) {
    const target = pathOf(paths, item);
    const parent = dirname(target);
    if (!touched.has(parent)) makeFolder(parent);
    touched.add(parent);
    const path = item.kind === 'npz' ? await freeName(memory, target, item) : target;
    await move(join(folder, item.sha256), path);
    memory.note(path, item.sha256);
  }
  for (const parent of touched) await syncFolder(parent);
}

/** More files than this are synced by one call for the whole disk, which costs little more than one of them. */
const MANY = 16;

async function syncFiles(folder: string, files: readonly string[]): Promise<void> {
  if (files.length > MANY && (await outputOf('sync', ['-f', folder])) !== undefined) return;
  for (const path of files) {
    const file = await open(path, 'r');
    await file.sync().finally(() => file.close());
  }
}

/**
 * Two machines may have written different samples under one name. The newer file gets the name, the older one steps
 * aside as `<name>.<hash>.npz`; equal times are told apart by the hash, so that every order of arrival ends alike.
 */
async function freeName(memory: HashMemory, target: string, item: FileItem): Promise<string> {
  if (!existsSync(target)) return target;
  const { mtimeMs } = statSync(target);
  const sha256 = await memory.hashOf(target);
  const mine = Math.floor(mtimeMs);
  const newer = item.mtimeMs > mine || (item.mtimeMs === mine && item.sha256 > sha256);
  if (!newer) return aside(target, item.sha256);
  renameSync(target, aside(target, sha256));
  return target;
}

function aside(path: string, sha256: string): string {
  const extension = extname(path);
  return join(dirname(path), `${basename(path, extension)}.${sha256.slice(0, 12)}${extension}`);
}

/** A rename, or a copy and a rename where state/ and the target are on different disks. */
async function move(from: string, to: string): Promise<void> {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw diskFull(error, to);
    const temporary = temporaryPath(to);
    try {
      await copyFile(from, temporary);
      const { mtime } = statSync(from);
      await utimes(temporary, mtime, mtime);
      const file = await open(temporary, 'r+');
      await file.sync().finally(() => file.close());
      await rename(temporary, to);
      await rm(from);
    } catch (failure) {
      await rm(temporary, { force: true });
      throw diskFull(failure, to);
    }
  }
}

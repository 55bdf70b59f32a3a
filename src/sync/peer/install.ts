/** Verifies what has arrived and puts it in place. */
import { readFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { RrError } from '../../core/errors.ts';
import { isGenuine, receive } from './incoming.ts';
import type { FileItem } from './items.ts';
import type { Installed, UnpackParams } from './methods.ts';
import { unpack } from './pack.ts';
import { type FileStore, putInPlace } from './put-in-place.ts';
import { stagingFolder } from './staging.ts';

/** Verifies received files and puts them in their places. */
export async function install(store: FileStore, session: string, items: readonly FileItem[]): Promise<Installed> {
  const folder = stagingFolder(store.paths, 'incoming', session);
  const genuine: FileItem[] = [];
  const corrupt: string[] = [];
  for (const item of distinct(items)) {
    const staged = join(folder, item.sha256);
    if ((await isGenuine(staged, item)) && !(await isOtherModel(staged, item))) {
      utimesSync(staged, item.mtimeMs / 1000, item.mtimeMs / 1000);
      genuine.push(item);
    } else corrupt.push(item.sha256);
  }
  await putInPlace(store, folder, genuine);
  return { installed: genuine.length, corrupt };
}

/**
 * The same for small files that come as one stream, in a folder of their own. What an interrupted stream left is
 * verified and not asked for again. What has arrived is put in place while more is on its way, so that the disk
 * works meanwhile.
 * @throws RrError DISK_GUARD, DISK_FULL
 */
export async function installPack(
  store: FileStore,
  { session, items, reserve }: UnpackParams,
  contents: (missing: readonly FileItem[]) => AsyncIterable<Uint8Array>,
): Promise<Installed> {
  const wanted = distinct(items);
  const { folder, have } = receive(store.paths, `${session}.pack`, wanted, reserve);
  const here: FileItem[] = [];
  if (have > 0) {
    for (const item of wanted) if (await isGenuine(join(folder, item.sha256), item)) here.push(item);
  }
  const left = new Set(here);
  const missing = wanted.filter((item) => !left.has(item));

  const installed = new Set<FileItem>();
  const place = async (group: readonly FileItem[]): Promise<void> => {
    const genuine: FileItem[] = [];
    for (const item of group) if (!(await isOtherModel(join(folder, item.sha256), item))) genuine.push(item);
    await putInPlace(store, folder, genuine);
    for (const item of genuine) installed.add(item);
  };
  const begin = (group: readonly FileItem[]): Promise<void> => {
    const work = place(group);
    // what it throws is seen where it is awaited
    work.catch(() => {});
    return work;
  };
  let placing = begin(here);
  try {
    for await (const group of unpack(contents(missing), missing, folder)) {
      await placing;
      placing = begin(group);
    }
    await placing;
  } finally {
    await placing.catch(() => {});
  }
  return {
    installed: installed.size,
    corrupt: wanted.filter((item) => !installed.has(item)).map((item) => item.sha256),
  };
}

/**
 * A file that is a model but not the one its name says is removed. One that is no model of ours, perhaps of a newer
 * version, may have its place: no command will play it.
 */
async function isOtherModel(path: string, item: FileItem): Promise<boolean> {
  if (item.kind !== 'models') return false;
  // takes its time to load, and most syncs bring no model
  const { readModel } = await import('../../net/model/file.ts');
  let other: boolean;
  try {
    other = readModel(readFileSync(path), path).hash !== item.hash;
  } catch (error) {
    if (!(error instanceof RrError)) throw error;
    other = error.code === 'MODEL_HASH';
  }
  if (other) rmSync(path, { force: true });
  return other;
}

/** One content under two names arrives once; the first name takes it. */
const distinct = (items: readonly FileItem[]): FileItem[] => {
  const seen = new Set<string>();
  return items.filter(({ sha256 }) => !seen.has(sha256) && seen.add(sha256));
};

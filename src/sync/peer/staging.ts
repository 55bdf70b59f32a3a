/**
 * Staging folders: `state/outgoing/<session>` holds links to what is sent, `state/incoming/<session>` what has
 * arrived so far. Everything in them goes by its SHA-256, so a name can neither clash nor lead elsewhere, and what an
 * interrupted transfer left is the beginning of the same file.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { copyFile, open, rename, rm, utimes } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { RrError } from '../../core/errors.ts';
import { diskFull, sweepTemporaries, syncFolder, temporaryPath } from '../../io/atomic.ts';
import { makeFolder } from '../../io/folder.ts';
import { requireDiskSpace } from '../../io/machine.ts';
import type { DataPaths } from '../../io/paths.ts';
import { type HashMemory, pathOf, sha256Of } from './files.ts';
import { snapshotGames } from './games.ts';
import type { FileItem, Staged } from './items.ts';
import type { Installed } from './methods.ts';
import { unpack } from './pack.ts';
import { outputOf } from './program.ts';

/** Staging folders of a peer that was not heard of for so long are given up. Milliseconds. */
const ABANDONED_MS = 7 * 24 * 3_600_000;

export type Direction = 'incoming' | 'outgoing';

export const stagingFolder = (paths: DataPaths, direction: Direction, session: string): string =>
  join(paths.stateFolder, direction, session);

/** An empty outgoing folder with a link for every file. */
export function stageFiles(paths: DataPaths, session: string, items: readonly FileItem[]): string {
  const folder = stagingFolder(paths, 'outgoing', session);
  rmSync(folder, { recursive: true, force: true });
  makeFolder(folder);
  for (const [sha256, item] of new Map(items.map((one) => [one.sha256, one]))) {
    symlinkSync(pathOf(paths, item), join(folder, sha256));
  }
  return folder;
}

/** A snapshot of games in an emptied outgoing folder, under its hash. */
export async function stageGames(
  paths: DataPaths,
  session: string,
  name: string,
  ids: readonly string[],
): Promise<Staged & { folder: string }> {
  const folder = stageFiles(paths, session, []);
  // made beside the folder, so that only finished snapshots are in it
  const making = `${folder}.making`;
  for (const end of ['', '-wal', '-shm']) rmSync(making + end, { force: true });
  await snapshotGames(paths, name, ids, making);
  const sha256 = await sha256Of(making);
  renameSync(making, join(folder, sha256));
  return { folder, sha256, bytes: statSync(join(folder, sha256)).size };
}

/**
 * The incoming folder with only the beginnings of the announced files in it. `reserve` bytes stay free on the disk.
 * @throws RrError DISK_GUARD
 */
export function receive(
  paths: DataPaths,
  session: string,
  files: readonly Staged[],
  reserve: number,
): { folder: string; have: number } {
  const folder = stagingFolder(paths, 'incoming', session);
  makeFolder(folder);
  const sizes = new Map(files.map((file) => [file.sha256, file.bytes]));
  let have = 0;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const info = statSync(path, { throwIfNoEntry: false });
    const expected = sizes.get(name);
    if (info?.isFile() && expected !== undefined && info.size <= expected) have += info.size;
    else rmSync(path, { recursive: true, force: true });
  }
  const need = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0) - have;
  requireDiskSpace({ folder, need, reserve, host: 'here', path: paths.root });
  return { folder, have };
}

/** Verifies received files and puts them in their places. */
export async function install(
  paths: DataPaths,
  memory: HashMemory,
  session: string,
  items: readonly FileItem[],
): Promise<Installed> {
  const folder = stagingFolder(paths, 'incoming', session);
  const genuine: FileItem[] = [];
  const corrupt: string[] = [];
  for (const item of distinct(items)) {
    const staged = join(folder, item.sha256);
    if ((await isGenuine(staged, item)) && !(await isOtherModel(staged, item))) {
      utimesSync(staged, item.mtimeMs / 1000, item.mtimeMs / 1000);
      genuine.push(item);
    } else corrupt.push(item.sha256);
  }
  await putInPlace(paths, memory, folder, genuine);
  return { installed: genuine.length, corrupt };
}

/**
 * The same for small files that come as one stream, in a folder of their own. What an interrupted stream left is
 * verified and not asked for again. What has arrived is put in place while the rest is on its way, so that the disk
 * works meanwhile.
 * @throws RrError DISK_GUARD, DISK_FULL
 */
export async function installPack(
  paths: DataPaths,
  memory: HashMemory,
  session: string,
  items: readonly FileItem[],
  reserve: number,
  contents: (missing: readonly FileItem[]) => AsyncIterable<Uint8Array>,
): Promise<Installed> {
  const wanted = distinct(items);
  const { folder, have } = receive(paths, `${session}.pack`, wanted, reserve);
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
    await putInPlace(paths, memory, folder, genuine);
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

/**
 * Moves verified files from a staging folder to their places, their contents safe on the disk before any has its name.
 * Mostly synchronous calls: of thousands of small files each trip to the thread pool would cost more than the work.
 */
async function putInPlace(
  paths: DataPaths,
  memory: HashMemory,
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

/** A file of another content than announced is removed. */
export async function isGenuine(path: string, { sha256, bytes }: Staged): Promise<boolean> {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  const genuine = size === bytes && (await sha256Of(path)) === sha256;
  if (!genuine) await rm(path, { force: true });
  return genuine;
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

/** Removes what this session and long gone ones left behind. */
export async function finish(paths: DataPaths, session: string): Promise<void> {
  for (const direction of ['incoming', 'outgoing'] as const) {
    const parent = join(paths.stateFolder, direction);
    if (!existsSync(parent)) continue;
    for (const name of readdirSync(parent)) {
      const path = join(parent, name);
      const mine = name === session || name.startsWith(`${session}.`);
      const info = statSync(path, { throwIfNoEntry: false });
      if (mine || (info && Date.now() - info.mtimeMs > ABANDONED_MS)) rmSync(path, { recursive: true, force: true });
    }
    if (readdirSync(parent).length === 0) rmSync(parent, { recursive: true, force: true });
  }
  const configs = existsSync(paths.modelsFolder) ? readdirSync(paths.modelsFolder) : [];
  const folders = [paths.trainingFolder, ...configs.map((config) => join(paths.modelsFolder, config))];
  for (const folder of folders) {
    if (existsSync(folder) && statSync(folder).isDirectory()) await sweepTemporaries(folder);
  }
}

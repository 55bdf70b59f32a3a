/** Staging folders of a receiver: room on the disk, beginnings that are here already, and verification. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../io/folder.ts';
import { requireDiskSpace } from '../../io/machine.ts';
import type { DataPaths } from '../../io/paths.ts';
import { sha256Of } from './files.ts';
import type { Staged } from './items.ts';
import { stagingFolder } from './staging.ts';

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

/** A file of another content than announced is removed. */
export async function isGenuine(path: string, { sha256, bytes }: Staged): Promise<boolean> {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  const genuine = size === bytes && (await sha256Of(path)) === sha256;
  if (!genuine) await rm(path, { force: true });
  return genuine;
}

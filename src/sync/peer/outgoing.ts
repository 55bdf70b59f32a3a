/** Staging folders of a sender. */
import { renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../io/folder.ts';
import type { DataPaths } from '../../io/paths.ts';
import { pathOf, sha256Of } from './files.ts';
import { snapshotGames } from './games.ts';
import type { FileItem, Staged } from './items.ts';
import { stagingFolder } from './staging.ts';

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

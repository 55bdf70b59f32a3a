/**
 * Staging folders: `state/outgoing/<session>` holds links to what is sent, `state/incoming/<session>` what has
 * arrived so far. Everything in them goes by its SHA-256, so a name can neither clash nor lead elsewhere, and what an
 * interrupted transfer left is the beginning of the same file.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DataPaths } from '../../io/paths.ts';
import { sweepTemporaries } from '../../io/temporary.ts';

/** Staging folders of a peer that was not heard of for so long are given up. Milliseconds. */
const ABANDONED_MS = 7 * 24 * 3_600_000;

const DIRECTIONS = ['incoming', 'outgoing'] as const;

export const stagingFolder = (paths: DataPaths, direction: (typeof DIRECTIONS)[number], session: string): string =>
  join(paths.stateFolder, direction, session);

/** Removes what this session and long gone ones left behind. */
export async function finish(paths: DataPaths, session: string): Promise<void> {
  for (const direction of DIRECTIONS) {
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
    if (existsSync(folder) && statSync(folder).isDirectory()) sweepTemporaries(folder);
  }
}

/** Temporary files that killed processes left below the data folder: harmless, and in the way of nobody. */
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sizeOf } from '../io/file-facts.ts';
import { type DataPaths, dataPaths } from '../io/paths.ts';
import { abandonedTemporaries } from '../io/temporary.ts';
import { type Finding, reasonOf, size } from './check.ts';

/** @param root value of --data; `sweep`: remove them. Files that a living process may be writing do not count. */
export async function leftoverFindings(root: string | undefined, sweep: boolean): Promise<Finding[]> {
  const check = 'leftovers';
  const files: string[] = [];
  try {
    for (const folder of foldersOf(dataPaths(root))) {
      files.push(...abandonedTemporaries(folder).map((name) => join(folder, name)));
    }
  } catch (error) {
    // who may not read the folder is told so by another finding
    return [{ check, status: 'note', found: reasonOf(error) }];
  }
  if (files.length === 0) return [{ check, status: 'ok', found: 'no temporary files of killed processes' }];
  const bytes = files.reduce((sum, file) => sum + sizeOf(file), 0);
  const found = `${files.length} temporary files of killed processes, ${size(bytes)}`;
  if (!sweep) return [{ check, status: 'note', found, fix: 'rr doctor --sweep' }];
  for (const file of files) await rm(file, { recursive: true, force: true });
  return [{ check, status: 'ok', found: `${found}, removed` }];
}

/** Every folder that rr writes into. */
function foldersOf({ dataFolder, modelsFolder, stateFolder, runsFolder }: DataPaths): string[] {
  const roots = [dataFolder, modelsFolder, stateFolder, runsFolder].filter((folder) => existsSync(folder));
  const entries = roots.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => dirname(join(folder, name))),
  );
  return [...new Set([...roots, ...entries])];
}

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of our package.json, whether this runs from src/ or from the bundle in dist/. */
export const PACKAGE_ROOT: string = findRoot(import.meta.dirname);

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? folder : findRoot(parent);
}

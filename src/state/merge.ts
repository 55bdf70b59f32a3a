/** Takes over what another state database holds. */
import { RrError } from '../core/errors.ts';
import { requireFile } from '../io/missing-file.ts';
import { withState } from './open.ts';
import { isGenuine, type Results } from './store/results.ts';

export interface MergedResults {
  readonly path: string;
  /** Results in the other database, and those that were new here. */
  readonly results: number;
  readonly added: number;
}

/** @throws RrError FILE_NOT_FOUND, FILE_CORRUPT when a result is not what its id says; then none is taken */
export async function mergeResults(into: Results, path: string): Promise<MergedResults> {
  requireFile(path);
  const results = await withState(path, (other) => other.results.find());
  const forged = results.find((result) => !isGenuine(result));
  if (forged) {
    throw new RrError('FILE_CORRUPT', { path, detail: `result ${forged.id.slice(0, 12)} is not what its id says` });
  }
  return { path, results: results.length, added: await into.add(results) };
}

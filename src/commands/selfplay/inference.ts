/** The inference worker that the workers of a self-play run share. */
import { readFile } from 'node:fs/promises';
import { RrError } from '../../errors.ts';
import { readModel } from '../../net/model/file.ts';
import { type InferenceHandle, openForWorkers } from '../../search/evaluators/shared/open.ts';
import type { Plan } from './plan.ts';

/** @throws RrError MODEL_HASH, PROVIDER_MISSING, INFERENCE_FAILED … */
export async function openShared({ spec, computing }: Plan, path: string, workers: number): Promise<InferenceHandle> {
  const model = readModel(await readFile(path), path);
  const { board, model: hash = '' } = spec;
  if (model.hash !== hash) throw new RrError('MODEL_HASH', { where: path, expected: hash, found: model.hash });
  const { provider, device, batch } = computing;
  return openForWorkers({ model, hash, board, provider, device, batch }, workers);
}

/** The inference worker that the workers of a self-play run share. */
import { loadModel } from '../../models/load.ts';
import { type InferenceHandle, openForWorkers } from '../inference/open.ts';
import type { Plan } from './plan.ts';

/** @throws RrError of loadModel, PROVIDER_MISSING, INFERENCE_FAILED … */
export async function openShared({ spec, computing }: Plan, path: string, workers: number): Promise<InferenceHandle> {
  const { board, model: hash = '' } = spec;
  const model = await loadModel({ path, hash });
  const { provider, device, batch } = computing;
  return openForWorkers({ model, hash, board, provider, device, batch }, workers);
}

/** The inference behind an analysis: one inference worker per thread that is to compute. */
import type { Rules } from '../../engine/rules.ts';
import type { NetModel } from '../../net/arch/metadata.ts';
import { SharedEvaluator } from '../inference/client.ts';
import { batchOn, type Computing } from '../inference/computing.ts';
import { type InferenceHandle, openInference } from '../inference/open.ts';
import { Analyst, DRIVERS } from './analyst.ts';

export interface OpenAnalyst {
  readonly analyst: Analyst;
  close(): Promise<void>;
}

/** @throws RrError PROVIDER_MISSING, MODEL_INCOMPATIBLE */
export async function openAnalyst(
  model: NetModel & { readonly hash: string },
  rules: Rules,
  { provider, device }: Pick<Computing, 'provider' | 'device'>,
  workers: number,
): Promise<OpenAnalyst> {
  const spec = { model, hash: model.hash, board: rules.board, provider, device };
  const inferences: InferenceHandle[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(inferences.map((inference) => inference.close()));
  };
  try {
    // A GPU is one device however many threads feed it.
    for (let i = 0; i < (provider === 'cpu' ? workers : 1); i++) {
      inferences.push(await openInference({ ...spec, slots: DRIVERS, batch: batchOn(provider), threads: 1 }));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const evaluators = inferences.map(({ inference }) => new SharedEvaluator(rules, inference));
  return { analyst: new Analyst(evaluators), close };
}

/** The network that the players of a worker evaluate with: its own, or its part of one shared by all workers. */
import type { Rules } from '../../engine/rules.ts';
import { loadModel } from '../../models/load.ts';
import { CachedEvaluator, cacheOf } from '../../search/evaluators/cached.ts';
import type { Evaluator } from '../../search/evaluators/evaluator.ts';
import { NetworkEvaluator } from '../../search/evaluators/network.ts';
import { SHARED_SCHEDULERS } from '../inference/choice.ts';
import { SharedEvaluator } from '../inference/client.ts';
import type { Computing } from '../inference/computing.ts';
import { type Inference, slotsFor } from '../inference/slot.ts';

export interface NetworkFile {
  readonly path: string;
  /** Content hash. */
  readonly hash: string;
}

export interface NetworkPlace {
  readonly computing: Pick<Computing, 'provider' | 'device'>;
  /** Positions per call. */
  readonly batch: number;
  readonly workerIndex: number;
  /** The inference worker that all workers share, if they do. */
  readonly inference: Inference | undefined;
}

/** @throws RrError of loadModel, MODEL_INCOMPATIBLE, PROVIDER_MISSING */
export async function openNetwork(rules: Rules, file: NetworkFile, place: NetworkPlace): Promise<Evaluator> {
  const { computing, batch, workerIndex, inference } = place;
  if (inference) {
    return new SharedEvaluator(rules, slotsFor(inference, workerIndex * SHARED_SCHEDULERS, SHARED_SCHEDULERS));
  }
  const { provider, device } = computing;
  const { hash } = file;
  return NetworkEvaluator.create(await loadModel(file), rules, { hash, batch, provider, device, threads: 1 });
}

/** With a cache of so many positions in front; 0: without one. */
export const remembering = (evaluator: Evaluator, positions: number): Evaluator =>
  positions > 0 ? new CachedEvaluator(evaluator, cacheOf(positions)) : evaluator;

/** The mean of several models' weights: checkpoints of one training together often play better than each alone. */
import { at } from '../core/at.ts';
import { RrError } from '../core/errors.ts';
import { parseConfigKey } from '../engine/config-key.ts';
import { canonicalJson, type NetModel, specOf } from '../net/arch/metadata.ts';
import type { LoadedModel } from './load.ts';
import { newModel } from './save.ts';

/**
 * @param models two or more of one config and architecture; the first is the parent
 * @throws RrError MODEL_INCOMPATIBLE for models of different shapes or configs
 */
export function averageModels(models: readonly LoadedModel[]): NetModel {
  const [first] = models;
  if (first === undefined || models.length < 2)
    throw new RrError('USAGE', { detail: 'an average needs two models or more' });
  const shape = canonicalJson(specOf(first.metadata));
  for (const { metadata, hash } of models) {
    if (metadata.config === first.metadata.config && canonicalJson(specOf(metadata)) === shape) continue;
    const detail = `is ${metadata.config} ${metadata.architecture.name}, not ${first.metadata.config} ${first.metadata.architecture.name}`;
    throw new RrError('MODEL_INCOMPATIBLE', { where: hash.slice(0, 12), detail });
  }
  // Summed in float64 and rounded once, so that the order of the models hardly matters.
  const sums = new Float64Array(first.weights.length);
  for (const { weights } of models) for (let i = 0; i < sums.length; i++) sums[i] = at(sums, i) + at(weights, i);
  const weights = Float32Array.from(sums, (sum) => sum / models.length);
  return newModel(parseConfigKey(first.metadata.config), specOf(first.metadata), weights, {
    parent: first.hash,
    training: { made: 'average', of: models.map(({ hash }) => hash) },
  });
}

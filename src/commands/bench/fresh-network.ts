/** A network with fresh weights to measure with: what it answers does not matter, how fast it does. */
import type { GameConfig } from '../../engine/config-key.ts';
import { newModel, specFor } from '../../models/save.ts';
import { architectureOf } from '../../net/arch/architectures.ts';
import { contentHash, type NetModel } from '../../net/arch/metadata.ts';
import { initialWeights } from '../../net/arch/parameters.ts';

export type FreshNetwork = NetModel & { readonly hash: string };

/** The same weights every time. @throws RrError USAGE for an architecture that there is not */
export function freshNetwork(config: GameConfig, arch: string): FreshNetwork {
  const spec = specFor(config, architectureOf(arch));
  const model = newModel(config, spec, initialWeights(spec, 1), { training: { made: 'init' } });
  return { ...model, hash: contentHash(model) };
}

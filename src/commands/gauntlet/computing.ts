/** From flags to where the networks of a gauntlet run. */
import type { GauntletPlan } from '../../arena/gauntlet/run-gauntlet.ts';
import { modelsOf } from '../../arena/match/inferences.ts';
import { loadModel } from '../../models/load.ts';
import { type InferenceChoice, isShared } from '../../selfplay/inference/choice.ts';
import { type Computing, ON_CPU } from '../../selfplay/inference/computing.ts';
import { type ProviderFlags, refuseProviderFlags } from '../cli/provider-flags.ts';

export interface ComputingFlags extends ProviderFlags {
  readonly inference: InferenceChoice;
}

/**
 * Tries one of the networks where they are to run, before workers start.
 * @throws RrError USAGE for such flags without a network, and what loadModel and chooseProvider throw
 */
export async function computingOf(
  flags: ComputingFlags,
  { spec, config }: GauntletPlan,
  hint: (text: string) => void,
): Promise<Computing> {
  const [player] = modelsOf(spec);
  if (player === undefined) {
    refuseProviderFlags(flags);
    return ON_CPU;
  }
  // Loaded when needed: the runtime of networks takes a while.
  const { chooseProvider } = await import('../cli/choose-provider.ts');
  const chosen = await chooseProvider(flags, await loadModel(player), config.board, hint);
  return { ...chosen, shared: isShared(flags.inference, chosen.provider) };
}

/** The inference workers of a match. */
import { loadModel } from '../../models/load.ts';
import { batchOn, type Computing } from '../../selfplay/inference/computing.ts';
import type { InferenceHandle } from '../../selfplay/inference/open.ts';
import type { ModelPlayer } from '../participants/participant.ts';
import type { MatchSpec } from './match-spec.ts';

/** The networks of a match, each once. */
export const modelsOf = ({ candidate, opponents }: MatchSpec): ModelPlayer[] => [
  ...new Map(
    [candidate, ...opponents].flatMap((who) => (who.kind === 'model' ? [[who.hash, who] as const] : [])),
  ).values(),
];

/**
 * One inference worker per network when workers share, none otherwise. Close them after the match.
 * @throws RrError of loadModel, MODEL_INCOMPATIBLE, PROVIDER_MISSING, INFERENCE_FAILED
 */
export async function openInferences(
  spec: MatchSpec,
  { provider, device, shared }: Computing,
  workers: number,
): Promise<Map<string, InferenceHandle>> {
  const opened = new Map<string, InferenceHandle>();
  const models = shared ? modelsOf(spec) : [];
  if (models.length === 0) return opened;
  // Loaded when needed: the runtime of networks takes a while.
  const [{ openForWorkers }, { checkModel }, { createRules }] = await Promise.all([
    import('../../selfplay/inference/open.ts'),
    import('../../search/evaluators/network.ts'),
    import('../../engine/rules.ts'),
  ]);
  const rules = createRules(spec.board, spec.players);
  try {
    for (const player of models) {
      const { hash } = player;
      const model = await loadModel(player);
      checkModel(model, rules, { hash });
      const network = { model, hash, board: spec.board, provider, device, batch: batchOn(provider) };
      opened.set(hash, await openForWorkers(network, workers));
    }
    return opened;
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

export async function closeAll(opened: ReadonlyMap<string, InferenceHandle>): Promise<void> {
  await Promise.all([...opened.values()].map(({ close }) => close()));
}

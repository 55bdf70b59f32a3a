/** Who can sit in a chair of `rr play`: blocking players by name, and search with a model. */
import type { Rules } from '../../engine/rules.ts';
import type { NetModel } from '../../net/arch/metadata.ts';
import type { Agent } from '../../search/agents/agent.ts';
import { BlockingAgent } from '../../search/agents/blocking-agent.ts';
import { GumbelAgent } from '../../search/agents/gumbel-agent.ts';
import { NetworkEvaluator } from '../../search/evaluators/network.ts';
import { createPlayer } from '../../search/players/registry.ts';

export interface AgentSettings {
  readonly rules: Rules;
  /** Model of players that search, and its hash; asked for only by them. */
  readonly model: () => Promise<NetModel & { readonly hash: string }>;
  /** Simulations per decision of players that search. */
  readonly simulations: number;
}

/** Leaves evaluated together. One game at a table never needs more. */
const BATCH = 16;

/** @throws RrError USAGE for an unknown player, and whatever finding and reading the model throws. */
export async function agentByName(name: string, settings: AgentSettings): Promise<Agent> {
  if (name !== 'gumbel') {
    createPlayer(name, { weightNoise: 0 });
    return new BlockingAgent(name, () => createPlayer(name, { weightNoise: 0 }));
  }
  const { rules, simulations } = settings;
  const model = await settings.model();
  const evaluator = await NetworkEvaluator.create(model, rules, { hash: model.hash, batch: BATCH, threads: 1 });
  return new GumbelAgent(evaluator, { name, simulations });
}

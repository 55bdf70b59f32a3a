/** Who can sit in a chair of `rr play`: blocking players by name, and search with a model. */
import { readFileSync } from 'node:fs';
import type { Rules } from '../../engine/rules.ts';
import { RrError } from '../../errors.ts';
import { readModel } from '../../net/model/file.ts';
import type { Agent } from '../../search/agents/agent.ts';
import { BlockingAgent } from '../../search/agents/blocking-agent.ts';
import { GumbelAgent } from '../../search/agents/gumbel-agent.ts';
import { NetworkEvaluator } from '../../search/evaluators/network.ts';
import { createPlayer } from '../../search/players/registry.ts';

export interface AgentSettings {
  readonly rules: Rules;
  /** Model file of players that search. */
  readonly model: string | undefined;
  /** Simulations per decision of players that search. */
  readonly simulations: number;
}

/** Leaves evaluated together. One game at a table never needs more. */
const BATCH = 16;

/** @throws RrError USAGE for an unknown player or a search without a model, and whatever reading the model throws. */
export async function agentByName(name: string, settings: AgentSettings): Promise<Agent> {
  if (name !== 'gumbel') {
    createPlayer(name, { weightNoise: 0 });
    return new BlockingAgent(name, () => createPlayer(name, { weightNoise: 0 }));
  }
  const { rules, model: path, simulations } = settings;
  if (path === undefined) throw new RrError('USAGE', { detail: 'gumbel needs --model FILE.onnx' });
  const model = readModel(readFileSync(path), path);
  const evaluator = await NetworkEvaluator.create(model, rules, { hash: model.hash, batch: BATCH, threads: 1 });
  return new GumbelAgent(evaluator, { name, simulations });
}

/** From a participant to an agent that can sit at tables of one thread. Evaluators are shared by all of its games. */
import { readFile } from 'node:fs/promises';
import type { Rules } from '../../engine/rules.ts';
import { RrError } from '../../errors.ts';
import { readModel } from '../../net/model/file.ts';
import type { Agent } from '../../search/agents/agent.ts';
import { BlockingAgent } from '../../search/agents/blocking-agent.ts';
import { GumbelAgent } from '../../search/agents/gumbel-agent.ts';
import { descentAgent, policyAgent, puctAgent } from '../../search/agents/search-agents.ts';
import { CachedEvaluator } from '../../search/evaluators/cached.ts';
import type { Evaluator } from '../../search/evaluators/evaluator.ts';
import { FormulaEvaluator } from '../../search/evaluators/formula.ts';
import { NetworkEvaluator } from '../../search/evaluators/network.ts';
import { createPlayer } from '../../search/players/registry.ts';
import { Workbench } from '../../search/tree/workbench.ts';
import type { ModelEngine, Participant } from './participant.ts';

/** Leaves per call of a network on a CPU core (design: runtime). */
const BATCH = 16;

export class AgentMaker {
  private readonly rules: Rules;
  private readonly bench: Workbench;
  private readonly evaluators = new Map<string, Promise<Evaluator>>();

  constructor(rules: Rules) {
    this.rules = rules;
    this.bench = new Workbench(rules);
  }

  /** @throws RrError FILE_NOT_FOUND, MODEL_INVALID, MODEL_HASH, MODEL_INCOMPATIBLE, USAGE */
  async make(participant: Participant): Promise<Agent> {
    const { id } = participant;
    switch (participant.kind) {
      case 'player':
        return new BlockingAgent(id, () => createPlayer(id, { weightNoise: 0 }));
      case 'formula': {
        const evaluator = await this.evaluator('formula', async () => new FormulaEvaluator(this.rules));
        return this.search(id, participant.engine, participant.simulations, evaluator);
      }
      case 'model': {
        const evaluator = await this.evaluator(participant.hash, () => this.network(participant));
        return this.search(id, participant.engine, participant.simulations, evaluator);
      }
    }
  }

  /** Frees networks. */
  async close(): Promise<void> {
    await Promise.all([...this.evaluators.values()].map(async (evaluator) => (await evaluator).close()));
  }

  private search(name: string, engine: ModelEngine, simulations: number, evaluator: Evaluator): Agent {
    switch (engine) {
      case 'gumbel':
        return new GumbelAgent(evaluator, { name, simulations }, this.bench);
      case 'mcts':
        return puctAgent(evaluator, simulations, { name }, this.bench);
      case 'descent':
        return descentAgent(evaluator, simulations, { name }, this.bench);
      case 'policy':
        return policyAgent(evaluator, { name }, this.bench);
    }
  }

  private evaluator(key: string, create: () => Promise<Evaluator>): Promise<Evaluator> {
    let evaluator = this.evaluators.get(key);
    if (!evaluator) {
      evaluator = create().then((inner) => new CachedEvaluator(inner));
      this.evaluators.set(key, evaluator);
    }
    return evaluator;
  }

  private async network({ hash, path }: { readonly hash: string; readonly path: string }): Promise<Evaluator> {
    const model = readModel(await readFile(path), path);
    if (model.hash !== hash) throw new RrError('MODEL_HASH', { where: path, expected: hash, found: model.hash });
    return NetworkEvaluator.create(model, this.rules, { hash, batch: BATCH });
  }
}

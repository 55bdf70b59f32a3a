/** From a participant to an agent that can sit at tables of one thread. Evaluators are shared by all of its games. */
import { readFile } from 'node:fs/promises';
import type { Rules } from '../../engine/rules.ts';
import { RrError } from '../../errors.ts';
import { readModel } from '../../net/model/file.ts';
import type { Agent } from '../../search/agents/agent.ts';
import { createAgent } from '../../search/agents/create-agent.ts';
import { CachedEvaluator } from '../../search/evaluators/cached.ts';
import type { Evaluator } from '../../search/evaluators/evaluator.ts';
import { FormulaEvaluator } from '../../search/evaluators/formula.ts';
import { KeptBatchEvaluator } from '../../search/evaluators/kept-batch.ts';
import { NetworkEvaluator } from '../../search/evaluators/network.ts';
import { Workbench } from '../../search/tree/workbench.ts';
import { ProgramAgent } from '../program/agent.ts';
import type { ModelPlayer, Participant } from './participant.ts';

/** Leaves per call of a network on a CPU core (design: runtime). */
const BATCH = 16;

export class AgentMaker {
  private readonly rules: Rules;
  private readonly bench: Workbench;
  private readonly heuristic: Evaluator;
  private readonly programs: ProgramAgent[] = [];
  private readonly networks = new Map<string, Evaluator>();

  constructor(rules: Rules) {
    this.rules = rules;
    this.bench = new Workbench(rules);
    this.heuristic = new CachedEvaluator(new FormulaEvaluator(rules));
  }

  /** @throws RrError FILE_NOT_FOUND, MODEL_INVALID, MODEL_HASH, MODEL_INCOMPATIBLE, USAGE */
  async make(participant: Participant): Promise<Agent> {
    if (participant.kind === 'program') {
      const program = new ProgramAgent(this.rules, participant);
      this.programs.push(program);
      return program;
    }
    const resources = { bench: this.bench, heuristic: this.heuristic, settings: { weightNoise: 0 } };
    const agent =
      participant.kind === 'player'
        ? createAgent(participant.player, resources)
        : createAgent(nameOf(participant), { ...resources, network: await this.network(participant) });
    return renamed(agent, participant.id);
  }

  /** Ends external programs and frees networks. */
  async close(): Promise<void> {
    for (const program of this.programs) await program.close();
    for (const network of this.networks.values()) await network.close();
  }

  private async network({ hash, path }: ModelPlayer): Promise<Evaluator> {
    const known = this.networks.get(hash);
    if (known) return known;
    const model = readModel(await readFile(path), path);
    if (model.hash !== hash) throw new RrError('MODEL_HASH', { where: path, expected: hash, found: model.hash });
    const session = await NetworkEvaluator.create(model, this.rules, { hash, batch: BATCH });
    const network = new CachedEvaluator(new KeptBatchEvaluator(session));
    this.networks.set(hash, network);
    return network;
  }
}

const nameOf = ({ engine, simulations }: ModelPlayer): string =>
  engine === 'policy-only' ? engine : `${engine}:${simulations}`;

/** The same agent under the name by which records know the participant. */
const renamed = (agent: Agent, name: string): Agent => ({ name, sit: (rules, random) => agent.sit(rules, random) });

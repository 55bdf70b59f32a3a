/** From a participant to an agent that can sit at tables of one thread. Evaluators are shared by all of its games. */
import type { Rules } from '../../engine/rules.ts';
import { loadModel } from '../../models/load.ts';
import type { Agent } from '../../search/agents/agent.ts';
import { createAgent } from '../../search/agents/create-agent.ts';
import { CachedEvaluator } from '../../search/evaluators/cached.ts';
import type { Evaluator } from '../../search/evaluators/evaluator.ts';
import { FormulaEvaluator } from '../../search/evaluators/formula.ts';
import { NetworkEvaluator } from '../../search/evaluators/network.ts';
import { Workbench } from '../../search/tree/workbench.ts';
import { banksFor } from '../../selfplay/inference/bank.ts';
import { SHARED_LANES } from '../../selfplay/inference/choice.ts';
import { SharedEvaluator } from '../../selfplay/inference/client.ts';
import { batchOn } from '../../selfplay/inference/computing.ts';
import type { ModelPlayer, Participant } from '../participants/participant.ts';
import { ProgramAgent } from '../program/agent.ts';
import type { MatchWorkerData } from './payload.ts';

/** Where networks are computed, and which worker this is. */
type Place = Pick<MatchWorkerData, 'computing' | 'inferences' | 'place'>;

export class AgentMaker {
  private readonly rules: Rules;
  private readonly place: Place;
  private readonly bench: Workbench;
  private readonly heuristic: Evaluator;
  private readonly programs: ProgramAgent[] = [];
  private readonly networks = new Map<string, Evaluator>();

  constructor(rules: Rules, place: Place) {
    this.rules = rules;
    this.place = place;
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

  private async network(player: ModelPlayer): Promise<Evaluator> {
    const known = this.networks.get(player.hash);
    if (known) return known;
    const network = new CachedEvaluator(await this.computed(player));
    this.networks.set(player.hash, network);
    return network;
  }

  private async computed(player: ModelPlayer): Promise<Evaluator> {
    const { hash } = player;
    const { computing, inferences, place } = this.place;
    const inference = inferences.get(hash);
    if (inference) return new SharedEvaluator(this.rules, banksFor(inference, place * SHARED_LANES, SHARED_LANES));
    const { provider, device } = computing;
    const options = { hash, batch: batchOn(provider), provider, device, threads: 1 };
    return NetworkEvaluator.create(await loadModel(player), this.rules, options);
  }
}

const nameOf = ({ engine, simulations }: ModelPlayer): string =>
  engine === 'policy-only' ? engine : `${engine}:${simulations}`;

/** The same agent under the name by which records know the participant. */
const renamed = (agent: Agent, name: string): Agent => ({ name, sit: (rules, random) => agent.sit(rules, random) });

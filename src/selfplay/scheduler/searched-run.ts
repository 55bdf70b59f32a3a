/** The games of a run whose players search, one by one, each from its index alone: RunGames for lanes. */
import { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import type { Agent } from '../../search/agents/agent.ts';
import { type AgentOptions, type AgentResources, createAgent } from '../../search/agents/create-agent.ts';
import { drawSeats } from '../../search/players/mixed.ts';
import { drawFork } from '../../search/schedule/opening.ts';
import { TABLE_STREAM } from '../spec/games.ts';
import type { SelfplaySpec } from '../spec/spec.ts';
import { FORK_STREAM, SearchedGame } from './searched-game.ts';

/** What of a run's specification decides its games here; board, players and options are those of the resources. */
export type SearchedRunSpec = Pick<SelfplaySpec, 'seed' | 'mix' | 'mixScope' | 'openingMoves' | 'maxMoves' | 'fork'>;

export class SearchedRun {
  private readonly rules: Rules;
  private readonly spec: SearchedRunSpec;
  private readonly hashes: boolean;
  private readonly agents: ReadonlyMap<string, Agent>;

  /** @throws RrError USAGE for an unknown player, NETWORK_NEEDED */
  constructor(spec: SearchedRunSpec, hashes: boolean, resources: AgentResources, options: AgentOptions = {}) {
    this.rules = resources.bench.rules;
    this.spec = spec;
    this.hashes = hashes;
    this.agents = new Map(spec.mix.map(({ player }) => [player, createAgent(player, resources, options)]));
  }

  /** The game of this index, not yet begun. Any number may be in flight. */
  create(index: number): SearchedGame {
    const { seed, maxMoves, openingMoves, fork: options } = this.spec;
    const fork = options && drawFork(options, index, new Random(seed, index, FORK_STREAM));
    return new SearchedGame(this.rules, seed, index, this.tableOf(index), {
      maxMoves,
      openingMoves,
      hashes: this.hashes,
      ...(fork && { fork: { ...fork, agents: this.tableOf(fork.index) } }),
    });
  }

  private tableOf(index: number): Agent[] {
    const { seed, mix, mixScope } = this.spec;
    const names = drawSeats(mix, this.rules.players, mixScope, new Random(seed, index, TABLE_STREAM));
    return names.map((name) => this.agentOf(name));
  }

  private agentOf(name: string): Agent {
    const agent = this.agents.get(name);
    if (!agent) throw new Error(`the mix drew '${name}', which is not in it`);
    return agent;
  }
}

/** The games of a run whose players search, one by one, each from its index alone: RunGames for lanes. */
import { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import type { Agent } from '../agents/agent.ts';
import { type AgentOptions, type AgentResources, createAgent } from '../agents/create-agent.ts';
import { drawSeats } from '../players/mixed.ts';
import { TABLE_STREAM } from '../selfplay/games.ts';
import type { SelfplaySpec } from '../selfplay/spec.ts';
import { SearchedGame } from './searched-game.ts';

/** What of a run's specification decides its games here; board, players and options are those of the resources. */
export type SearchedRunSpec = Pick<SelfplaySpec, 'seed' | 'mix' | 'mixScope' | 'openingMoves' | 'maxMoves'>;

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
    const { seed, mix, mixScope, maxMoves, openingMoves } = this.spec;
    const names = drawSeats(mix, this.rules.players, mixScope, new Random(seed, index, TABLE_STREAM));
    const table = names.map((name) => this.agentOf(name));
    return new SearchedGame(this.rules, seed, index, table, { maxMoves, openingMoves, hashes: this.hashes });
  }

  private agentOf(name: string): Agent {
    const agent = this.agents.get(name);
    if (!agent) throw new Error(`the mix drew '${name}', which is not in it`);
    return agent;
  }
}

/** Seats the players of a match and makes its games; belongs to one thread. */
import { createRules, type Rules } from '../../engine/rules.ts';
import type { Agent } from '../../search/agents/agent.ts';
import { SearchedGame } from '../../selfplay/scheduler/searched-game.ts';
import { AgentMaker } from './agents.ts';
import { MatchInPlay } from './match-in-play.ts';
import type { MatchSpec } from './match-spec.ts';
import { openingMoves } from './openings.ts';
import type { MatchWorkerData } from './payload.ts';
import { slotOf } from './schedule.ts';

export class MatchTable {
  readonly rules: Rules;
  private readonly spec: MatchSpec;
  private readonly candidate: Agent;
  private readonly opponents: readonly Agent[];
  private readonly maker: AgentMaker;

  /** @throws RrError of AgentMaker.make */
  static async open(data: MatchWorkerData): Promise<MatchTable> {
    const { spec } = data;
    const rules = createRules(spec.board, spec.players);
    const maker = new AgentMaker(rules, data);
    const candidate = await maker.make(spec.candidate);
    const opponents: Agent[] = [];
    for (const opponent of spec.opponents) opponents.push(await maker.make(opponent));
    return new MatchTable(spec, rules, maker, candidate, opponents);
  }

  private constructor(spec: MatchSpec, rules: Rules, maker: AgentMaker, candidate: Agent, opponents: readonly Agent[]) {
    this.spec = spec;
    this.rules = rules;
    this.maker = maker;
    this.candidate = candidate;
    this.opponents = opponents;
  }

  create(index: number): MatchInPlay {
    const { seed, players, maxMoves } = this.spec;
    const { opponent, block, seat } = slotOf(index, players);
    const agents = Array.from({ length: players }, (_, i) => (i === seat ? this.candidate : this.opponents[opponent]));
    const prefix = openingMoves(this.rules, seed, block, this.spec.openingMoves);
    const options = { maxMoves, hashes: false, openingMoves: 0, prefix };
    return new MatchInPlay(new SearchedGame(this.rules, seed, index, agents, options));
  }

  close(): Promise<void> {
    return this.maker.close();
  }
}

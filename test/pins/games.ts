/** Moves that players choose, and whole games by seed. */
import type { BoardName, PlayerCount } from '../../src/engine/boards.ts';
import { Random } from '../../src/engine/random.ts';
import { createRules, type Rules } from '../../src/engine/rules.ts';
import { type Agent, isAnswer } from '../../src/search/agents/agent.ts';
import { type AgentResources, agentNames, createAgent, searches } from '../../src/search/agents/create-agent.ts';
import { difficultyAgent } from '../../src/search/agents/randomised-agent.ts';
import { FormulaEvaluator } from '../../src/search/evaluators/formula.ts';
import { HashedEvaluator } from '../../src/search/evaluators/hashed.ts';
import type { PlayedGame } from '../../src/search/play/play-game.ts';
import { Workbench } from '../../src/search/tree/workbench.ts';
import { runLane } from '../../src/selfplay/scheduler/lane.ts';
import { SearchedRun } from '../../src/selfplay/scheduler/searched-run.ts';
import { RunGames } from '../../src/selfplay/spec/games.ts';
import { agentOptions, DEFAULT_SEARCH } from '../../src/selfplay/spec/search-settings.ts';
import type { SelfplaySpec } from '../../src/selfplay/spec/spec.ts';
import { digest, digestOfNumbers, type Pin } from './pin.ts';
import { type PinnedPosition, pinnedPositions } from './positions.ts';

const resourcesOf = (rules: Rules): AgentResources => ({
  bench: new Workbench(rules),
  network: new HashedEvaluator(rules, 2),
  heuristic: new FormulaEvaluator(rules),
  settings: { weightNoise: 0.1 },
});

const POSITIONS = ['hex8 2p ply 45', 'hex8 3p ply 60', 'square8 2p pie', 'square8 4p ply 80'];
/** Where the strong difficulties play as well. */
const WIDE = 'hex8 2p ply 45';

/** The packed move that every player, and every difficulty, chooses. */
export async function playerPins(): Promise<Pin[]> {
  const pins: Pin[] = [];
  for (const position of pinnedPositions()) {
    if (!POSITIONS.includes(position.name)) continue;
    const resources = resourcesOf(position.rules);
    const chosen: Record<string, number> = {};
    for (const name of agentNames().filter((name) => !name.startsWith('mcts_'))) {
      const agent = createAgent(searches(name) && name !== 'policy-only' ? `${name}:24` : name, resources);
      chosen[name] = await decide(agent, position);
    }
    for (let level = 1; level <= (position.name === WIDE ? 10 : 4); level++) {
      chosen[`difficulty ${level}`] = await decide(difficultyAgent(level, resources), position);
    }
    pins.push({ name: `${position.name}: players`, found: chosen });
  }
  return pins;
}

async function decide(agent: Agent, { rules, state, legal }: PinnedPosition): Promise<number> {
  const seat = agent.sit(rules, new Random(1, 2));
  const result = seat.think({ state, legal, random: new Random(3, 4), decision: 5 });
  if (isAnswer(result)) return result.move;
  const batch = result.evaluator.createBatch(4);
  for (batch.reset(); result.gather(batch, 4) > 0; batch.reset()) {
    await batch.run();
    result.scatter(batch);
  }
  return result.answer().move;
}

type GameSpec = Pick<SelfplaySpec, 'board' | 'players' | 'options' | 'mix' | 'fork' | 'maxMoves'> & { budget?: number };

const even = (...players: string[]) => players.map((player) => ({ player, weight: 1 }));
const game = (
  board: BoardName,
  players: PlayerCount,
  mix: GameSpec['mix'],
  rest: Partial<GameSpec> = {},
): GameSpec => ({
  board,
  players,
  mix,
  options: {},
  maxMoves: 120,
  ...rest,
});

const SEARCHED: Readonly<Record<string, GameSpec>> = {
  'gumbel as a data generator': game('hex8', 2, even('gumbel:16'), { maxMoves: 500 }),
  'forked games': game('square8', 2, even('gumbel:8'), { fork: { share: 1, within: 20 } }),
  'a mixed table of three': game('square8', 3, even('mcts:16', 'nn-descent:24', 'maxn:2', 'policy-only')),
  'a mixed table of four': game('hex8', 4, even('gumbel-heuristic:8', 'mcts:12', 'brs:2', 'heuristic-light', 'random')),
  'the pie rule': game('square8', 2, even('gumbel:16', 'minimax:2'), { options: { swapRuleEnabled: true } }),
  'a large board': game('hexagonal', 3, even('gumbel:8'), { maxMoves: 60 }),
};
const BLOCKING: Readonly<Record<string, GameSpec>> = {
  'heuristic players': game('square8', 2, even('heuristic', 'heuristic-medium', 'random'), { maxMoves: 1000 }),
  'light heuristic players': game('hex8', 3, even('heuristic-light'), { maxMoves: 1000 }),
};

const GAMES = 3;
const COMMON = { seed: 21, mixScope: 'seat', openingMoves: 2, weightNoise: 0.1 } as const;

export async function gamePins(): Promise<Pin[]> {
  const pins: Pin[] = [];
  for (const [name, spec] of Object.entries(SEARCHED)) {
    const run = new SearchedRun(
      { ...COMMON, ...spec },
      true,
      resourcesOf(createRules(spec.board, spec.players, spec.options)),
      agentOptions({ ...DEFAULT_SEARCH, softResign: true }, 16),
    );
    const games: PlayedGame[] = [];
    let index = 0;
    await runLane(
      () => (index < GAMES ? run.create(index++) : null),
      (finished) => games.push(finished.result()),
      { inFlight: 2, batch: 8 },
    );
    games.sort((a, b) => a.index - b.index);
    pins.push({ name: `games: ${name}`, found: { games: games.map(summary) } });
  }
  for (const [name, spec] of Object.entries(BLOCKING)) {
    const run = new RunGames({ ...COMMON, ...spec }, true);
    const games = [0, 1, 2].map((index) => run.play(index)).filter((played) => played !== undefined);
    pins.push({ name: `games: ${name}`, found: { games: games.map(summary) } });
  }
  return pins;
}

const summary = ({ moves, hashes, searches: reports, ...rest }: PlayedGame) => ({
  ...rest,
  length: moves.length,
  moves: digestOfNumbers(moves),
  ...(hashes && { hashes: digestOfNumbers(hashes) }),
  searched: reports.length,
  searches: digest(JSON.stringify(reports)),
});

/** Moves that players choose, and whole games by seed. */
import type { BoardName, PlayerCount } from '../../src/engine/boards.ts';
import { Random } from '../../src/engine/random.ts';
import { createRules, type Rules } from '../../src/engine/rules.ts';
import { FormulaEvaluator } from '../../src/search/evaluators/formula.ts';
import { HashedEvaluator } from '../../src/search/evaluators/hashed.ts';
import { playGame } from '../../src/search/play/play-game.ts';
import type { PlayedGame } from '../../src/search/play/played-game.ts';
import { isAnswer, type Player } from '../../src/search/players/player.ts';
import { difficultyPlayer } from '../../src/search/players/randomised.ts';
import { createPlayer, type PlayerResources, parsePlayer, playerNames } from '../../src/search/players/registry.ts';
import { plainResources } from '../../src/search/players/resources.ts';
import { Workbench } from '../../src/search/tree/workbench.ts';
import { runGames } from '../../src/selfplay/scheduler/game-scheduler.ts';
import { RunGames } from '../../src/selfplay/scheduler/run-games.ts';
import { DEFAULT_SEARCH, generatorOptions } from '../../src/selfplay/setup/search-settings.ts';
import type { SelfplaySpec } from '../../src/selfplay/setup/spec.ts';
import { digest, digestOfNumbers, type Pin } from './pin.ts';
import { type PinnedPosition, pinnedPositions } from './positions.ts';

const resourcesOf = (rules: Rules): PlayerResources => ({
  bench: new Workbench(rules),
  network: new HashedEvaluator(rules, 2),
  heuristic: new FormulaEvaluator(rules),
  weightNoise: 0.1,
});

const POSITIONS = ['hex8 2p ply 45', 'hex8 3p ply 60', 'square8 2p pie', 'square8 4p ply 80'];
/** Upstream's names for players that are pinned under ours. */
const ALIAS = /^(mcts|heuristic)_/;
/** Where the strong difficulties play as well. */
const WIDE = 'hex8 2p ply 45';

/** The packed move that every player, and every difficulty, chooses. */
export async function playerPins(): Promise<Pin[]> {
  const pins: Pin[] = [];
  for (const position of pinnedPositions()) {
    if (!POSITIONS.includes(position.name)) continue;
    const resources = resourcesOf(position.rules);
    const chosen: Record<string, number> = {};
    for (const name of playerNames().filter((name) => !ALIAS.test(name))) {
      const { searches, unit, budget } = parsePlayer(name);
      const takesBudget = searches && unit === 'simulations' && budget === undefined;
      const player = createPlayer(takesBudget ? `${name}:24` : name, resources);
      chosen[name] = await decide(player, position);
    }
    for (let level = 1; level <= (position.name === WIDE ? 10 : 4); level++) {
      chosen[`difficulty ${level}`] = await decide(difficultyPlayer(level, resources), position);
    }
    pins.push({ name: `${position.name}: players`, found: chosen });
  }
  return pins;
}

async function decide(player: Player, { rules, state, legal }: PinnedPosition): Promise<number> {
  const inGame = player.newGame(rules, new Random(1, 2));
  const result = inGame.decide({ state, legal, random: new Random(3, 4), decision: 5 });
  if (result instanceof Promise) throw new Error(`${player.name} asks somebody else`);
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
    const run = new RunGames(
      { ...COMMON, ...spec },
      {
        ...resourcesOf(createRules(spec.board, spec.players, spec.options)),
        ...generatorOptions({ ...DEFAULT_SEARCH, softResign: true }, 16),
      },
      { hashes: true },
    );
    const games: PlayedGame[] = [];
    let index = 0;
    await runGames(
      () => (index < GAMES ? run.create(index++) : null),
      (finished) => games.push(finished.result()),
      { inFlight: 2, batch: 8 },
    );
    games.sort((a, b) => a.index - b.index);
    pins.push({ name: `games: ${name}`, found: { games: games.map(summary) } });
  }
  for (const [name, spec] of Object.entries(BLOCKING)) {
    const resources = plainResources(createRules(spec.board, spec.players, spec.options), COMMON.weightNoise);
    const run = new RunGames({ ...COMMON, ...spec }, resources, { hashes: true });
    const games: PlayedGame[] = [];
    for (const index of [0, 1, 2]) {
      const played = await playGame(run.create(index));
      if (played) games.push(played);
    }
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

import { describe, expect, it } from 'vitest';
import { agentNames, createAgent, needsNetwork, parseAgentName } from '../../src/search/agents/create-agent.ts';
import { defaultSelfplay, GumbelAgent, type GumbelSelfplay } from '../../src/search/agents/gumbel-agent.ts';
import { difficultyAgent } from '../../src/search/agents/randomised-agent.ts';
import { DIFFICULTIES } from '../../src/search/difficulty.ts';
import { FormulaEvaluator } from '../../src/search/evaluators/formula.ts';
import { HashedEvaluator } from '../../src/search/evaluators/hashed.ts';
import { SymmetricEvaluator } from '../../src/search/evaluators/symmetric.ts';
import { GumbelSearch } from '../../src/search/gumbel/gumbel-search.ts';
import type { PlayedGame } from '../../src/search/play/play-game.ts';
import type { PlySearch } from '../../src/search/players/search-data.ts';
import { Workbench } from '../../src/search/tree/workbench.ts';
import { runLane } from '../../src/selfplay/scheduler/lane.ts';
import { SearchedGame } from '../../src/selfplay/scheduler/searched-game.ts';
import { randomPosition, rulesOf } from './positions.ts';
import { finish } from './run-search.ts';

const resources = (players: 2 | 3 | 4) => {
  const rules = rulesOf('square8', players);
  return {
    bench: new Workbench(rules),
    network: new HashedEvaluator(rules),
    heuristic: new FormulaEvaluator(rules),
    settings: { weightNoise: 0 },
  };
};

describe('agents by name', () => {
  it.each([2, 3] as const)('all of them play a game of %i', async (players) => {
    const { bench, ...rest } = resources(players);
    const names = agentNames().filter((name) => !name.startsWith('heuristic-') && !name.startsWith('mcts_'));
    const strength = (name: string): string =>
      /gumbel|mcts|descent/.test(name) ? ':4' : /max|brs/.test(name) ? ':2' : '';
    let index = 0;
    const results: PlayedGame[] = [];
    await runLane(
      () => {
        const name = names[index];
        if (!name) return null;
        const agent = createAgent(name + strength(name), { bench, ...rest });
        return new SearchedGame(bench.rules, 1, index++, Array(players).fill(agent), {
          maxMoves: 30,
          hashes: false,
          openingMoves: 2,
        });
      },
      (game) => results.push(game.result()),
      { inFlight: 8, batch: 8 },
    );
    expect(results.length).toBe(names.length);
    for (const { moves } of results) expect(moves.length).toBeGreaterThanOrEqual(30);
  });

  it('every difficulty exists', () => {
    for (let level = 1; level <= DIFFICULTIES.length; level++) {
      expect(difficultyAgent(level, resources(2)).name).toBe(DIFFICULTIES[level - 1].player);
    }
    expect(() => difficultyAgent(11, resources(2))).toThrow(/1 to 10/);
  });

  it('names, strengths and needs', () => {
    expect(parseAgentName('mcts_medium')).toEqual({ kind: 'mcts-heuristic', strength: 128 });
    expect(parseAgentName('gumbel:standard')).toEqual({ kind: 'gumbel', strength: 150 });
    expect(needsNetwork('gumbel')).toBe(true);
    expect(needsNetwork('mcts_light')).toBe(false);
    expect(() => parseAgentName('gumbell')).toThrow(/gumbel/);
    expect(() => parseAgentName('random:5')).toThrow(/no strength/);
    expect(() => parseAgentName('gumbel:1')).toThrow(/at least 2/);
    const { network: _, ...without } = resources(2);
    expect(() => createAgent('gumbel', without)).toThrow(/needs a network/);
  });
});

describe('gumbel as a data generator', () => {
  const rules = rulesOf('square8', 2);
  const play = async (selfplay: GumbelSelfplay): Promise<PlayedGame> => {
    const agent = new GumbelAgent(new HashedEvaluator(rules), { name: 'g', simulations: 16, selfplay });
    const game = new SearchedGame(rules, 3, 0, [agent, agent], { maxMoves: 40, hashes: false, openingMoves: 0 });
    let begun = false;
    await runLane(
      () => {
        const next = begun ? null : game;
        begun = true;
        return next;
      },
      () => {},
      { inFlight: 1, batch: 16 },
    );
    return game.result();
  };

  it('says how surprising the policy of a full search is, and nothing of cheap ones', async () => {
    const { searches } = await play(defaultSelfplay(16));
    const full = searches.filter(({ policy }) => policy);
    expect(full.length).toBeGreaterThan(3);
    for (const { surprise, policy } of searches) expect(surprise !== undefined).toBe(policy !== undefined);
    expect(full.some(({ surprise = 0 }) => surprise > 0)).toBe(true);
    for (const { weight } of searches) expect(weight).toBeUndefined();
  });

  it('finishes a decided game with cheap searches of low weight', async () => {
    const decided = { threshold: -1, decisions: 4, simulations: 8, weight: 0.1 };
    const { searches } = await play({ ...defaultSelfplay(16), policyPlies: 0, softResign: decided });
    const tail = searches.findIndex(({ weight }) => weight !== undefined);
    expect(tail).toBeGreaterThanOrEqual(4);
    const plain = ({ weight, policy }: PlySearch): boolean => weight === undefined || policy !== undefined;
    // a doubt takes it back, so the tail may be interrupted; what is in it is cheap, weighs a tenth and teaches no policy
    const cheap = searches.filter((search) => !plain(search));
    expect(cheap.length).toBeGreaterThan(3);
    for (const { weight, budget } of cheap) expect([weight, budget]).toEqual([100, 8]);
  });
});

describe('symmetry at evaluation', () => {
  it('is the evaluator itself when that is symmetric, and a fixed choice per position', () => {
    const rules = rulesOf('square8', 2);
    const bench = new Workbench(rules);
    const { state, legal } = randomPosition(rules, 3, 30);
    const policies = [
      new FormulaEvaluator(rules, { priors: 'uniform' }),
      new SymmetricEvaluator(new FormulaEvaluator(rules, { priors: 'uniform' }), 7),
      new SymmetricEvaluator(new HashedEvaluator(rules), 7),
      new SymmetricEvaluator(new HashedEvaluator(rules), 7),
      new HashedEvaluator(rules),
    ].map((evaluator) => {
      const search = new GumbelSearch(bench, evaluator, { simulations: 32 });
      search.begin(state, legal);
      finish(search, evaluator.createBatch(8));
      return [...search.policy()];
    });
    policies[0].forEach((p, i) => {
      expect(policies[1][i]).toBeCloseTo(p, 4);
    });
    expect(policies[2]).toEqual(policies[3]);
    expect(policies[2]).not.toEqual(policies[4]);
  });
});

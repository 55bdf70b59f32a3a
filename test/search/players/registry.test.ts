import { describe, expect, it } from 'vitest';
import { FormulaEvaluator } from '../../../src/search/evaluators/formula.ts';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import { SymmetricEvaluator } from '../../../src/search/evaluators/symmetric.ts';
import { GumbelSearch } from '../../../src/search/gumbel/gumbel-search.ts';
import { GameTask } from '../../../src/search/play/game-task.ts';
import type { PlayedGame } from '../../../src/search/play/played-game.ts';
import { DIFFICULTIES } from '../../../src/search/players/difficulty.ts';
import { defaultSelfplay, GumbelPlayer, type GumbelSelfplay } from '../../../src/search/players/gumbel.ts';
import { difficultyPlayer } from '../../../src/search/players/randomised.ts';
import { createPlayer, parsePlayer, playerNames } from '../../../src/search/players/registry.ts';
import type { PlySearch } from '../../../src/search/players/search-data.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { runGames } from '../../../src/selfplay/scheduler/game-scheduler.ts';
import { randomPosition, rulesOf } from '../positions.ts';
import { finish } from '../run-search.ts';

const resources = (players: 2 | 3 | 4) => {
  const rules = rulesOf('square8', players);
  return {
    bench: new Workbench(rules),
    network: new HashedEvaluator(rules),
    heuristic: new FormulaEvaluator(rules),
    weightNoise: 0,
  };
};

describe('players by name', () => {
  it.each([2, 3] as const)('all of them play a game of %i', async (players) => {
    const { bench, ...rest } = resources(players);
    const names = playerNames().filter((name) => !name.startsWith('heuristic-') && !name.startsWith('mcts_'));
    const budget = (name: string): string =>
      /gumbel|mcts|descent/.test(name) ? ':4' : /max|brs/.test(name) ? ':2' : '';
    let index = 0;
    const results: PlayedGame[] = [];
    await runGames(
      () => {
        const name = names[index];
        if (!name) return null;
        const player = createPlayer(name + budget(name), { bench, ...rest });
        return new GameTask(bench.rules, {
          seed: 1,
          index: index++,
          players: Array(players).fill(player),
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
      expect(difficultyPlayer(level, resources(2)).name).toBe(DIFFICULTIES[level - 1].player);
    }
    expect(() => difficultyPlayer(11, resources(2))).toThrow(/1 to 10/);
  });

  it('names, strengths and needs', () => {
    expect(parsePlayer('mcts_medium')).toMatchObject({ kind: 'mcts-heuristic', budget: 128, needsNetwork: false });
    expect(parsePlayer('gumbel:standard')).toMatchObject({ kind: 'gumbel', budget: 150, needsNetwork: true });
    expect(parsePlayer('maxn:3')).toMatchObject({ budget: 3, unit: 'depth', searches: false });
    expect(() => parsePlayer('gumbell')).toThrow(/gumbel/);
    expect(() => parsePlayer('random:5')).toThrow(/takes no budget/);
    expect(() => parsePlayer('mcts_light:5')).toThrow(/takes no budget/);
    expect(() => parsePlayer('brs:9')).toThrow(/1 to 8/);
    expect(() => parsePlayer('gumbel:1')).toThrow(/at least 2/);
    const { network: _, ...without } = resources(2);
    expect(() => createPlayer('gumbel', without)).toThrow(/needs a network/);
  });
});

describe('gumbel as a data generator', () => {
  const rules = rulesOf('square8', 2);
  const play = async (selfplay: GumbelSelfplay): Promise<PlayedGame> => {
    const player = new GumbelPlayer(new HashedEvaluator(rules), { name: 'g', simulations: 16, selfplay });
    const game = new GameTask(rules, {
      seed: 3,
      index: 0,
      players: [player, player],
      maxMoves: 40,
      hashes: false,
      openingMoves: 0,
    });
    let begun = false;
    await runGames(
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

  it('searches with the scale it was given: a small one leaves the policy near the network’s own', async () => {
    const surpriseOf = async (cScale: number): Promise<number> => {
      const { searches } = await play({ ...defaultSelfplay(16), scale: { cVisit: 50, cScale } });
      const full = searches.flatMap(({ surprise }) => surprise ?? []);
      return full.reduce((sum, surprise) => sum + surprise, 0) / full.length;
    };
    expect(await surpriseOf(0.01)).toBeLessThan((await surpriseOf(1)) / 2);
  });

  it('finishes a decided game with cheap searches of low weight', async () => {
    const decided = { threshold: -1, decisions: 4, simulations: 8, weight: 0.1 };
    const { searches } = await play({
      ...defaultSelfplay(16),
      sampleFrom: 'visits',
      policyPlies: 0,
      softResign: decided,
    });
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

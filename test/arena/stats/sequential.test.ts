import { describe, expect, it } from 'vitest';
import { BlockScores } from '../../../src/arena/stats/blocks.ts';
import { logLikelihoodRatio, SequentialTest } from '../../../src/arena/stats/sequential.ts';
import { seeded } from './random.ts';
import { blockDistribution, simulateTests } from './simulate.ts';

const PAIRS = { blockGames: 2, expected: 0.5, elo0: 0, elo1: 60, alpha: 0.05, beta: 0.05 };
const GAME = [0.47, 0.06, 0.47] as const;

describe('the likelihood ratio', () => {
  const filled = (counts: readonly number[]) => {
    const scores = new BlockScores(2);
    counts.forEach((count, half) => {
      for (let i = 0; i < count; i++) scores.add(half / 2);
    });
    return scores;
  };

  it.each([
    [-20, 50],
    [250, 400],
    [-300, -100],
  ])('of %i and %i agrees with a search over all distributions that meet the constraint', (elo0, elo1) => {
    // three scores only: with the mean / deviation fixed one free parameter is left, which is searched
    const scores = new BlockScores(1);
    for (const points of [0, 0, 0, 0.5, 0.5, 1, 1, 1, 1, 1]) scores.add(points);
    const share = [3.001 / 10.003, 2.001 / 10.003, 5.001 / 10.003] as const;
    const best = (t: number) => {
      let top = Number.NEGATIVE_INFINITY;
      for (let draw = 1e-4; draw < 1; draw += 1e-4) {
        let [low, high] = [0, 1 - draw];
        for (let step = 0; step < 60; step++) {
          const win = (low + high) / 2;
          const mean = win + draw / 2;
          const deviation = Math.sqrt(win + draw / 4 - mean * mean);
          if (mean - 0.5 < t * deviation) low = win;
          else high = win;
        }
        const lose = 1 - draw - low;
        if (lose <= 0) continue;
        top = Math.max(top, share[0] * Math.log(lose) + share[1] * Math.log(draw) + share[2] * Math.log(low));
      }
      return top;
    };
    const unit = Math.log(10) / 800;
    const expected = 10.003 * (best(elo1 * unit) - best(elo0 * unit));
    expect(logLikelihoodRatio(scores, { expected: 0.5, elo0, elo1 })).toBeCloseTo(expected, 5);
  });

  it('is zero half-way, odd under exchange of wins and losses, and finite at 100 %', () => {
    const bounds = { expected: 0.5, elo0: -30, elo1: 30 };
    expect(logLikelihoodRatio(filled([5, 9, 30, 9, 5]), bounds)).toBeCloseTo(0, 9);
    const up = logLikelihoodRatio(filled([1, 4, 20, 11, 9]), bounds);
    const down = logLikelihoodRatio(filled([9, 11, 20, 4, 1]), bounds);
    expect(up).toBeGreaterThan(0);
    expect(down).toBeCloseTo(-up, 9);
    expect(logLikelihoodRatio(filled([0, 0, 0, 0, 40]), bounds)).toBeGreaterThan(3);
    expect(Number.isFinite(logLikelihoodRatio(filled([0, 0, 0, 0, 400]), bounds))).toBe(true);
  });
});

describe('the sequential test', () => {
  it('logs every look and keeps its first verdict', () => {
    const test = new SequentialTest({ ...PAIRS, elo1: 200 });
    for (let pair = 0; pair < 200; pair++) test.add(pair < 100 ? 1.5 : 0);
    expect(test.looks.length).toBe(200);
    const decided = test.looks.findIndex((look) => look.verdict !== 'continue');
    expect(test.looks[decided]).toMatchObject({ blocks: decided + 1, games: 2 * (decided + 1), verdict: 'accept' });
    expect(test.looks[decided]?.llr).toBeGreaterThanOrEqual(test.upper);
    expect(test.looks[decided - 1]?.llr).toBeLessThan(test.upper);
    // the later losses are in the record, not in the verdict
    expect(test.looks.at(-1)).toMatchObject({ verdict: 'accept' });
    expect(test.looks.at(-1)?.mean).toBeLessThan(0.5);
    expect(() => new SequentialTest({ ...PAIRS, elo0: 60 })).toThrow(RangeError);
    expect(() => new SequentialTest({ ...PAIRS, alpha: 0.7 })).toThrow(RangeError);
  });

  it.each([
    ['pairs', PAIRS, GAME],
    ['lopsided pairs', { ...PAIRS, elo0: 200, elo1: 300 }, GAME],
    ['rotations of three', { ...PAIRS, blockGames: 3, expected: 1 / 3 }, [2 / 3, 0, 1 / 3] as const],
    ['rotations of four', { ...PAIRS, blockGames: 4, expected: 1 / 4 }, [3 / 4, 0, 1 / 4] as const],
  ])('on %s errs no more often than designed', (_, options, game) => {
    const tests = 250;
    const random = seeded(11);
    const h0 = simulateTests(options, blockDistribution(options, game, options.elo0), tests, random);
    const h1 = simulateTests(options, blockDistribution(options, game, options.elo1), tests, random);
    // three standard errors of 250 tests at 5 % are 4.1 points; scripts run 10,000
    expect(h0.accepted / tests).toBeLessThan(0.05 + 0.041);
    expect(h1.rejected / tests).toBeLessThan(0.05 + 0.041);
    expect(h0.open + h1.open).toBe(0);
  });
});

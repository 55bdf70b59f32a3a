import { describe, expect, it } from 'vitest';
import { BlockScores, NELO_UNIT, normalisedElo } from '../../../src/arena/stats/blocks.ts';
import { expectedScore, updateElo } from '../../../src/arena/stats/elo.ts';
import { wilsonInterval } from '../../../src/arena/stats/wilson.ts';
import { seeded } from './random.ts';

describe('the Wilson interval', () => {
  it.each([
    // Newcombe, Statistics in Medicine 17 (1998), table I
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
    [20, 20, 0.8389, 1],
  ])('of %i in %i is [%f, %f]', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('is everything without trials, and refuses what is no proportion', () => {
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
  });

  it('covers the truth about as often as it says', () => {
    const random = seeded(5);
    let covered = 0;
    for (let run = 0; run < 4000; run++) {
      const truth = 0.05 + 0.9 * random();
      let wins = 0;
      for (let game = 0; game < 80; game++) if (random() < truth) wins++;
      const { low, high } = wilsonInterval(wins, 80);
      if (low <= truth && truth <= high) covered++;
    }
    expect(covered / 4000).toBeGreaterThan(0.935);
    expect(covered / 4000).toBeLessThan(0.965);
  });
});

describe('block scores', () => {
  it('of pairs are pentanomial', () => {
    const scores = new BlockScores(2);
    for (const points of [0, 0.5, 1, 1, 1.5, 2, 2, 2]) scores.add(points);
    expect(scores.counts).toEqual([
      [0, 1],
      [0.25, 1],
      [0.5, 2],
      [0.75, 1],
      [1, 3],
    ]);
    expect(scores.mean).toBeCloseTo(0.625, 12);
    expect(scores.variance).toBeCloseTo((0.390625 + 0.140625 + 2 * 0.015625 + 0.015625 + 3 * 0.140625) / 8, 12);
    expect(normalisedElo(scores, 0.5)).toBeCloseTo((0.125 / Math.sqrt(2 * scores.variance)) * NELO_UNIT, 9);
    expect(() => scores.add(0.7)).toThrow(RangeError);
  });
});

describe("the original's Elo", () => {
  it('expects and moves as its formulas say', () => {
    expect(expectedScore(1500, 1500)).toBe(0.5);
    expect(expectedScore(1900, 1500)).toBeCloseTo(10 / 11, 12);
    const old = { elo: 1500, games: 500 };
    expect(updateElo(old, old, 1)).toEqual([
      { elo: 1512, games: 501 },
      { elo: 1488, games: 501 },
    ]);
    // the side with fewer games sets the factor: 32 / 3 · 1.5 / 2
    expect(updateElo(old, { elo: 1500, games: 0 }, 0, 4)[0].elo).toBeCloseTo(1492, 9);
    expect(updateElo({ elo: 101, games: 50 }, { elo: 101, games: 50 }, 0)[0].elo).toBe(100);
  });
});

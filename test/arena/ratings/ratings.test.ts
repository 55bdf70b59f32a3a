import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesOf, recordMatches } from '../../../src/arena/ratings/facts.ts';
import { ratingsOf, trendOf } from '../../../src/arena/ratings/ratings.ts';
import type { MatchRecord } from '../../../src/arena/records.ts';
import { openState } from '../../../src/state/open.ts';

const HOUR = 3_600_000;

function match(run: string, index: number, candidate: string, opponent: string, won: boolean, at = index): MatchRecord {
  return {
    type: 'match',
    config: 'hex8_2p',
    run,
    index,
    candidate,
    opponent,
    block: Math.floor(index / 2),
    seats: [candidate, opponent],
    candidateSeat: 1,
    winner: won ? 1 : 2,
    points: won ? 1 : 0,
    ranking: won ? [[1], [2]] : [[2], [1]],
    reason: 'ring_elimination',
    plies: 80,
    decisions: 60,
    at,
  };
}

const matches = [
  ...Array.from({ length: 40 }, (_, i) => match('a', i, 'heuristic', 'random', i % 10 < 8)),
  ...Array.from({ length: 40 }, (_, i) => match('b', i, 'gumbel-64:0123456789ab', 'heuristic', i % 10 < 7, HOUR + i)),
  ...Array.from({ length: 40 }, (_, i) =>
    match('c', i, 'gumbel-64:ba9876543210', 'gumbel-64:0123456789ab', i % 10 < 7, 3 * HOUR + i),
  ),
];

describe('ratings', () => {
  test('are the same whatever the order of the games', () => {
    const expected = ratingsOf(matches).rated;
    fc.assert(
      fc.property(fc.shuffledSubarray(matches, { minLength: matches.length }), (shuffled) => {
        expect(ratingsOf(shuffled).rated).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  test('order the participants and put random at 400', () => {
    const { rated, unconnected } = ratingsOf(matches);
    expect(rated.map(({ participant }) => participant)).toEqual([
      'gumbel-64:ba9876543210',
      'gumbel-64:0123456789ab',
      'heuristic',
      'random',
    ]);
    expect(rated.at(-1)?.elo).toBe(400);
    expect(unconnected).toEqual([]);
  });

  test('merging is a union: two machines agree in either order, and twice changes nothing', async () => {
    const [one, two] = [await openState(':memory:'), await openState(':memory:')];
    await recordMatches(one.results, matches.slice(0, 70));
    await recordMatches(two.results, matches.slice(50));
    const [ofOne, ofTwo] = [await one.results.find(), await two.results.find()];
    expect(await one.results.add(ofTwo)).toBe(50);
    await two.results.add(ofOne);
    expect(await two.results.add(ofOne)).toBe(0);
    expect(await recordMatches(one.results, matches)).toBe(0);
    const [mine, theirs] = [await matchesOf(one.results, 'hex8_2p'), await matchesOf(two.results, 'hex8_2p')];
    expect(ratingsOf(mine)).toEqual(ratingsOf(theirs));
    expect(mine).toHaveLength(matches.length);
    await one.close();
    await two.close();
  });

  test('a game played again from its seed counts once', async () => {
    const state = await openState(':memory:');
    await recordMatches(state.results, [
      match('a', 0, 'heuristic', 'random', true, 5),
      match('a', 0, 'heuristic', 'random', true, 9),
    ]);
    expect((await matchesOf(state.results, 'hex8_2p')).map(({ at }) => at)).toEqual([5]);
    await state.close();
  });

  test('the trend runs through the networks', () => {
    const trend = trendOf(ratingsOf(matches).rated);
    expect(trend.points).toHaveLength(2);
    // 7 of 10 are 147 Elo, two hours apart
    expect(trend.eloPerHour).toBeGreaterThan(60);
    expect(trend.eloPerHour).toBeLessThan(80);
    expect(trend.regression).toBe(false);
    expect(trend.plateau).toBe(false);
  });
});

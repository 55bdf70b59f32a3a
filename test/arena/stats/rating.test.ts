import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choicesOf, type Outcome } from '../../../src/arena/stats/outcomes.ts';
import { rate } from '../../../src/arena/stats/rating.ts';
import { seeded } from './random.ts';

const games = (count: number, ...groups: string[][]): Outcome[] => Array.from({ length: count }, () => ({ groups }));
const ANCHOR = { anchor: 'random', anchorElo: 400 };
const LOG = Math.log(10) / 400;

/** Leagues that are simulated. RR_LEAGUES=500 runs what the documentation quotes, and prints it. */
const LEAGUES = Number(process.env.RR_LEAGUES ?? 60);

/** A game drawn from true ratings, as Plackett–Luce says. */
function play(elos: Readonly<Record<string, number>>, seats: readonly string[], random: () => number): Outcome {
  const left = [...seats];
  const groups: string[][] = [];
  while (left.length > 0) {
    const powers = left.map((name) => Math.exp((elos[name] ?? 0) * LOG));
    let at = random() * powers.reduce((sum, power) => sum + power, 0);
    let chosen = 0;
    while (chosen < powers.length - 1 && at >= (powers[chosen] ?? 0)) at -= powers[chosen++] ?? 0;
    groups.push(left.splice(chosen, 1));
  }
  return { groups };
}

describe('choices', () => {
  it('of a full ranking, a draw, and a game that names only its winner', () => {
    expect(choicesOf({ groups: [['a'], ['b'], ['c']] })).toEqual([
      { chosen: 'a', among: ['a', 'b', 'c'], weight: 1 },
      { chosen: 'b', among: ['b', 'c'], weight: 1 },
    ]);
    expect(choicesOf({ groups: [['a', 'b']] })).toEqual([
      { chosen: 'a', among: ['a', 'b'], weight: 0.5 },
      { chosen: 'b', among: ['b', 'a'], weight: 0.5 },
    ]);
    expect(choicesOf({ groups: [['a']], rest: ['b', 'b'] })).toEqual([
      { chosen: 'a', among: ['a', 'b', 'b'], weight: 1 },
    ]);
  });
});

describe('ratings', () => {
  it('of two players are the logit of the score, with the binomial interval', () => {
    const outcomes = [...games(75, ['a'], ['random']), ...games(25, ['random'], ['a'])];
    const [a, random] = rate(outcomes, { ...ANCHOR, prior: 0 }).ratings;
    expect(random).toEqual({ participant: 'random', elo: 400, low: 400, high: 400, games: 100 });
    expect(a?.elo).toBeCloseTo(400 + 400 * Math.log10(3), 6);
    expect((a?.high ?? 0) - (a?.elo ?? 0)).toBeCloseTo(1.959964 / Math.sqrt(100 * 0.75 * 0.25) / LOG, 3);
  });

  it('count a draw as half a win and stay finite at 100 %', () => {
    const drawn = [...games(50, ['a'], ['random']), ...games(50, ['a', 'random'])];
    expect(rate(drawn, { ...ANCHOR, prior: 0 }).ratings[0]?.elo).toBeCloseTo(400 + 400 * Math.log10(3), 6);
    const [best] = rate(games(200, ['a'], ['random']), ANCHOR).ratings;
    // a fifth of a drawn game more: 200.1 against 0.1
    expect(best?.elo).toBeCloseTo(400 + 400 * Math.log10(2001), 4);
    expect(best?.low).toBeLessThan(best?.elo ?? 0);
  });

  it('of the winner among copies of one opponent follow the share of wins', () => {
    // candidate against two copies: strength s wins with s / (s + 2)
    const outcomes = [
      ...Array.from({ length: 60 }, (): Outcome => ({ groups: [['a']], rest: ['random', 'random'] })),
      ...Array.from({ length: 40 }, (): Outcome => ({ groups: [['random']], rest: ['a', 'random'] })),
    ];
    expect(rate(outcomes, { ...ANCHOR, prior: 0 }).ratings[0]?.elo).toBeCloseTo(400 + 400 * Math.log10(3), 6);
  });

  it('say nothing about those whom no game connects with the anchor', () => {
    const table = rate([...games(3, ['a'], ['random']), ...games(5, ['x'], ['y'])], ANCHOR);
    expect(table.unconnected).toEqual(['x', 'y']);
    expect(table.ratings.map((rating) => rating.participant)).toEqual(['a', 'random']);
    expect(rate([], ANCHOR).ratings).toEqual([{ participant: 'random', elo: 400, low: 400, high: 400, games: 0 }]);
  });

  it('do not depend on the order of games, bit for bit', () => {
    const random = seeded(3);
    const elos = { random: 400, a: 700, b: 900, c: 950 };
    const outcomes: Outcome[] = Array.from({ length: 120 }, (_, i) =>
      play(elos, i % 2 === 0 ? ['a', 'b', 'c'] : ['random', 'c', 'a', 'b'], random),
    );
    outcomes.push(...games(4, ['a', 'b', 'c'], ['random']), ...games(3, ['a'], ['b', 'c', 'random']));
    const expected = rate(outcomes, ANCHOR);
    fc.assert(
      fc.property(fc.shuffledSubarray(outcomes, { minLength: outcomes.length }), (shuffled) => {
        expect(rate(shuffled, ANCHOR)).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });

  it.each([
    ['two players', 2, 60],
    ['three players', 3, 40],
    ['four players', 4, 30],
  ])('cover the truth in at least 93 of 100 cases (%s)', (name, seats, perGroup) => {
    const elos: Record<string, number> = { random: 400, a: 620, b: 800, c: 850, d: 1010 };
    const names = Object.keys(elos);
    const random = seeded(seats);
    let [covered, checked] = [0, 0];
    for (let run = 0; run < LEAGUES; run++) {
      const outcomes: Outcome[] = [];
      for (let game = 0; game < perGroup * 10; game++) {
        const pool = [...names];
        const table = Array.from({ length: seats }, () => pool.splice(Math.floor(random() * pool.length), 1)[0] ?? '');
        outcomes.push(play(elos, table, random));
      }
      for (const { participant, low, high } of rate(outcomes, ANCHOR).ratings) {
        if (participant === 'random') continue;
        checked++;
        if (low <= (elos[participant] ?? 0) && (elos[participant] ?? 0) <= high) covered++;
      }
    }
    if (process.env.RR_LEAGUES)
      console.log(`${name}: ${covered} of ${checked}, ${((100 * covered) / checked).toFixed(1)} %`);
    expect(covered / checked).toBeGreaterThanOrEqual(0.93);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consideredVisits, halvingLevels } from '../../../src/search/gumbel/sequential-halving.ts';

describe('sequential halving', () => {
  // By hand: 2 phases for 4 moves; floor(8 / (2·4)) = 1 visit for four, then floor(8 / (2·2)) = 2 more for two.
  it.each([
    { considered: 1, simulations: 4, visits: [0, 1, 2, 3] },
    { considered: 2, simulations: 5, visits: [0, 0, 1, 1, 2] },
    { considered: 4, simulations: 8, visits: [0, 0, 0, 0, 1, 1, 2, 2] },
    { considered: 3, simulations: 7, visits: [0, 0, 0, 1, 1, 2, 2] },
    { considered: 4, simulations: 3, visits: [0, 0, 0] },
    {
      considered: 8,
      simulations: 24,
      visits: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6],
    },
  ])('$considered moves, $simulations simulations', ({ considered, simulations, visits }) => {
    expect([...consideredVisits(considered, simulations)]).toEqual(visits);
  });

  it.each([
    // 64 over 16: 4 phases of 16: one visit each for 16, two for 8, four for 4, eight for 2.
    { considered: 16, simulations: 64, levels: [16, 8, 8, 4, 4, 4, 4, 2, 2, 2, 2, 2, 2, 2, 2] },
    // Where phases do not divide the budget the last two share the rest.
    { considered: 16, simulations: 32, levels: [16, 8, 4, 4] },
    { considered: 3, simulations: 8, levels: [3, 2, 2, 1] },
  ])('levels of $considered moves, $simulations simulations', ({ considered, simulations, levels }) => {
    expect([...halvingLevels(considered, simulations)]).toEqual(levels);
  });

  it('spends the budget exactly and never widens', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 2000 }), (considered, simulations) => {
        const levels = [...halvingLevels(considered, simulations)];
        expect(levels.reduce((a, b) => a + b, 0)).toBe(simulations);
        for (let i = 1; i < levels.length; i++) expect(levels[i]).toBeLessThanOrEqual(levels[i - 1]);
        expect(levels[0]).toBe(Math.min(considered, simulations));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantisePolicy, quantiseValues } from '../../../src/search/players/report.ts';
import { PROBABILITY_UNIT } from '../../../src/search/players/search-data.ts';

const weights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 });

describe('what a search reports', () => {
  it('policies sum to exactly one, stay within a unit, and leave out zeros', () => {
    fc.assert(
      fc.property(weights, (any) => {
        const total = any.reduce((sum, weight) => sum + weight, 0);
        fc.pre(total > 1e-6);
        const policy = any.map((weight) => weight / total);
        const { indices, probs } = quantisePolicy(policy);
        expect(probs.reduce((sum, prob) => sum + prob, 0)).toBe(PROBABILITY_UNIT);
        expect([...indices]).toEqual([...indices].sort((a, b) => a - b));
        expect(probs.every((prob) => prob > 0)).toBe(true);
        indices.forEach((index, i) => {
          expect(Math.abs((probs[i] ?? 0) - (policy[index] ?? 0) * PROBABILITY_UNIT)).toBeLessThan(1);
        });
      }),
    );
  });

  it('values are kept between a certain loss and a certain win', () => {
    expect([...quantiseValues([1, -1, 0, 2])]).toEqual([32767, -32767, 0, 32767]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  completedQ,
  improvedPolicy,
  leastVisitedByPolicy,
  mixedValue,
  sigma,
} from '../../../src/search/gumbel/completed-q.ts';

describe('the numbers of the paper, by hand', () => {
  it('σ(q) = (c_visit + max N) · c_scale · q', () => {
    expect(sigma(0.5, 10)).toBe(30);
    expect(sigma(-1, 0)).toBe(-50);
    expect(sigma(0.5, 10, { cVisit: 50, cScale: 0.1 })).toBeCloseTo(3, 12);
  });

  it('v_mix: three moves, two visited', () => {
    // ΣN = 4; Σπ = 0.7; Σπq = 0.5·0.2 + 0.2·(−0.6) = −0.02; (0.1 + 4·(−0.02/0.7)) / 5
    const mixed = mixedValue(0.1, [0.5, 0.2, 0.3], [0.2, -0.6, 0], [3, 1, 0]);
    expect(mixed).toBeCloseTo((0.1 - 0.08 / 0.7) / 5, 12);
    expect([...completedQ([0.2, -0.6, 0], [3, 1, 0], mixed)]).toEqual([0.2, -0.6, mixed]);
  });

  it('v_mix is the raw value before any visit', () => {
    expect(mixedValue(0.25, [0.5, 0.5], [0, 0], [0, 0])).toBe(0.25);
  });

  it('π′ = softmax(logits + σ(completedQ))', () => {
    // σ(q) = 2q with these constants: exponents ln 2 + 0, 0 + ln 2 → equal shares
    const scale = { cVisit: 2, cScale: 1 };
    const policy = improvedPolicy([Math.log(2), 0], [0, Math.log(2) / 2], 0, scale);
    expect(policy[0]).toBeCloseTo(0.5, 12);
    expect(policy[1]).toBeCloseTo(0.5, 12);
  });

  it('argmax π′ − N/(1 + ΣN)', () => {
    // 1/2 − 2/4 = 0, 3/8 − 1/4 = 1/8, 1/8 − 0 = 1/8: the first of equals
    expect(leastVisitedByPolicy([0.5, 0.375, 0.125], [2, 1, 0])).toBe(1);
    expect(leastVisitedByPolicy([0.6, 0.25, 0.15], [3, 1, 0])).toBe(2);
  });

  it('π′ is a distribution for any logits and values, however large', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.double({ min: -500, max: 500, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })),
          {
            minLength: 1,
            maxLength: 50,
          },
        ),
        fc.integer({ min: 0, max: 1600 }),
        (rows, maxVisits) => {
          const policy = improvedPolicy(
            rows.map(([logit]) => logit),
            rows.map(([, q]) => q),
            maxVisits,
          );
          expect(policy.every((p) => p >= 0 && p <= 1)).toBe(true);
          expect(policy.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});

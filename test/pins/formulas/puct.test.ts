/**
 * The PUCT rule by hand. For a child: mean + rate · prior / (1 + N). For the best untried move: the node's value −
 * loss · √(prior mass tried) + rate · prior. rate = (ln((1 + ΣN + base) / base) + init) · √ΣN.
 */
import { describe, expect, it } from 'vitest';
import { mixNoise } from '../../../src/search/puct/dirichlet.ts';
import { DEFAULT_PUCT, type PuctConstants, selectPuct } from '../../../src/search/puct/select.ts';
import { type Child, handTree, Script, tips } from './hand-tree.ts';

interface Scene {
  readonly priors: readonly number[];
  readonly raw?: number;
  readonly children: readonly (readonly [edge: number, visits: number, mean: number, exact?: number])[];
}

/** Two seats with opposite values, seat 0 on turn. */
const select = ({ priors, raw = 0, children }: Scene, constants: PuctConstants): number =>
  selectPuct(
    handTree({
      mover: 0,
      raw: [raw, -raw],
      priors,
      children: children.map(([edge, visits, mean, exact]): Child => {
        return { edge, visits, mean: [mean, -mean], ...(exact !== undefined && { exact: [exact, -exact] }) };
      }),
    }),
    0,
    constants,
  );

describe('exploration', () => {
  it('the base of the logarithm', () => {
    // ΣN = 3 + 1 = 4; rate = (ln((1 + 4 + 5) / 5) + 1.25) · √4 = (0.693147 + 1.25) · 2 = 3.886294
    // move 0: 0.2 + 3.886294 · 0.25 / 4 = 0.442893; move 1: x + 3.886294 · 0.5 / 2 = x + 0.971574; equal at −0.528680
    const constants = { init: 1.25, base: 5, urgencyLoss: 0 };
    const choice = (x: number) =>
      select(
        {
          priors: [0.25, 0.5],
          children: [
            [0, 3, 0.2],
            [1, 1, x],
          ],
        },
        constants,
      );
    tips(-0.52868, 0, 1, choice);
  });

  it('the constants of AlphaZero', () => {
    // ΣN = 16; rate = (ln((1 + 16 + 19652) / 19652) + 1.25) · 4 = (0.000865 + 1.25) · 4 = 5.003459
    // move 0: 0.1 + 5.003459 · 0.5 / 16 = 0.256358; move 1: x + 5.003459 · 0.25 / 2 = x + 0.625432; equal at −0.369074
    const choice = (x: number) =>
      select(
        {
          priors: [0.5, 0.25],
          children: [
            [0, 15, 0.1],
            [1, 1, x],
          ],
        },
        DEFAULT_PUCT,
      );
    expect(DEFAULT_PUCT).toEqual({ init: 1.25, base: 19652, urgencyLoss: 0.25 });
    tips(-0.369074, 0, 1, choice);
  });

  it('without exploration the better mean would win here', () => {
    // ΣN = 11; rate ≈ 1.25 · √11 = 4.1458; move 0: 0.3 + 4.1458 · 0.125 / 11 = 0.3471;
    // move 1: 0.1 + 4.1458 · 0.5 / 2 = 1.1364; untried: (0 + 3.1) / 12 − 0.25 · √0.625 + 4.1458 · 0.25 = 1.0971
    const scene: Scene = {
      priors: [0.125, 0.5, 0.25, 0.125],
      children: [
        [0, 10, 0.3],
        [1, 1, 0.1],
      ],
    };
    expect(select(scene, DEFAULT_PUCT)).toBe(1);
  });

  it('before any visit the largest prior is taken, the first of equals', () => {
    expect(select({ priors: [0.25, 0.375, 0.375], children: [] }, DEFAULT_PUCT)).toBe(1);
  });

  it('the first of equal scores, whichever was tried first', () => {
    for (const [a, b] of [
      [0, 1],
      [1, 0],
    ]) {
      expect(
        select(
          {
            priors: [0.5, 0.5],
            children: [
              [a, 2, 0.25],
              [b, 2, 0.25],
            ],
          },
          DEFAULT_PUCT,
        ),
      ).toBe(0);
    }
  });
});

describe('first-play urgency', () => {
  // base 4, ΣN = 3: rate = (ln((1 + 3 + 4) / 4) + 1.25) · √3 = 1.943147 · 1.732051 = 3.365630
  const priors = [0.5, 0.125, 0.125, 0.125, 0.125];

  it('falls with the square root of the prior mass tried', () => {
    // move 0: m + 3.365630 · 0.5 / 4 = m + 0.420704
    // untried: (0.3 + 3m) / 4 − 0.25 · √0.5 + 3.365630 · 0.125 = 0.075 + 0.75m − 0.176777 + 0.420704
    // equal: 0.25m = −0.101777, m = −0.407107 (with the mass itself instead of its root it would be −0.2)
    tips(-0.407107, 1, 0, (m) =>
      select({ priors, raw: 0.3, children: [[0, 3, m]] }, { init: 1.25, base: 4, urgencyLoss: 0.25 }),
    );
  });

  it('is in proportion to the loss', () => {
    // as above with 0.1 · √0.5 = 0.070711: 0.25m = 0.075 − 0.070711 = 0.004289, m = 0.017157
    tips(0.017157, 1, 0, (m) =>
      select({ priors, raw: 0.3, children: [[0, 3, m]] }, { init: 1.25, base: 4, urgencyLoss: 0.1 }),
    );
  });

  it('counts a solved child with its exact value and passes it over', () => {
    // base 8, ΣN = 2 + 1 = 3: rate = (ln(12 / 8) + 1.25) · √3 = 1.655465 · 1.732051 = 2.867350
    // node: (0.4 + 2 · (−1) + m) / 4 = −0.4 + 0.25m; tried mass 0.25 + 0.25, loss 0.2 · √0.5 = 0.141421
    // untried: −0.4 + 0.25m − 0.141421 + 2.867350 · 0.125 = 0.25m − 0.183003; move 1: m + 2.867350 · 0.25 / 2 = m + 0.358419
    // equal: 0.75m = −0.541421, m = −0.721895 (with the average 0.5 of the solved child: 0.75m = 0.208579)
    tips(-0.721895, 2, 1, (m) =>
      select(
        {
          priors: [0.25, 0.25, 0.125, 0.125, 0.125, 0.125],
          raw: 0.4,
          children: [
            [0, 2, 0.5, -1],
            [1, 1, m],
          ],
        },
        { init: 1.25, base: 8, urgencyLoss: 0.2 },
      ),
    );
  });

  it('looks at the values of the seat on turn', () => {
    // Seat 2 of three. ΣN = 1, base 2: rate = (ln(4 / 2) + 1.25) · 1 = 1.943147; loss 0.5 · √0.5 = 0.353553
    // move 0: m + 1.943147 · 0.5 / 2 = m + 0.485787; untried: (0.2 + m) / 2 − 0.353553 + 1.943147 · 0.25 = 0.5m + 0.232234
    // equal: 0.5m = −0.253553, m = −0.507107
    tips(-0.507107, 1, 0, (m) =>
      selectPuct(
        handTree({
          mover: 2,
          raw: [-0.9, 0.7, 0.2],
          priors: [0.5, 0.25, 0.25],
          children: [{ edge: 0, visits: 1, mean: [0.9, -0.9, m] }],
        }),
        0,
        { init: 1.25, base: 2, urgencyLoss: 0.5 },
      ),
    );
  });
});

describe('Dirichlet noise at the root', () => {
  it('is mixed into the priors, and the move with the largest new prior is selected', () => {
    // Ten moves: concentration 10 / 10 = 1, a gamma draw is d · (1 + x / √(9d))³ with d = 2/3, √(9d) = √6.
    // x = 0 gives 2/3; x = √6 gives 2/3 · 8 = 16/3. Total 9 · 2/3 + 16/3 = 34/3: shares 1/17, and 8/17 for move 7.
    const priors = [0.5, ...Array(8).fill(0.0625), 0];
    const tree = handTree({ mover: 0, raw: [0, 0], priors, children: [] });
    mixNoise(tree, 0.75, new Script({ normals: [0, 0, 0, 0, 0, 0, 0, Math.sqrt(6)] }));
    // move 0: 0.25 · 0.5 + 0.75 / 17 = 0.169118; moves 1–8: 0.015625 + 0.044118; move 7: 0.015625 + 0.75 · 8 / 17
    const rest = 0.059743;
    const expected = [0.169118, rest, rest, rest, rest, rest, rest, 0.368566, rest, 0.044118];
    expected.forEach((prior, e) => {
      expect(tree.prior[e]).toBeCloseTo(prior, 5);
    });
    expect(selectPuct(tree, 0, DEFAULT_PUCT)).toBe(7);
  });

  it('a concentration below one: 10 / moves, by the power of a uniform draw', () => {
    // Twenty moves: concentration 1/2. Gamma(3/2) with x = 0 is 7/6 for all; times (1 − u)^(1 / ½).
    // u = 0 leaves it, u = ½ quarters it: move 3 gets ¼ of 19.25, the others 1 of 19.25. Every second unit is the u.
    const units = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 0.5 : i === 7 ? 0.5 : 0));
    const tree = handTree({ mover: 0, raw: [0, 0], priors: Array(20).fill(0.05), children: [] });
    mixNoise(tree, 0.25, new Script({ units }));
    // 0.75 · 0.05 + 0.25 · 0.012987 = 0.040747 and 0.0375 + 0.25 · 0.051948 = 0.050487
    for (let e = 0; e < 20; e++) expect(tree.prior[e]).toBeCloseTo(e === 3 ? 0.040747 : 0.050487, 5);
  });
});

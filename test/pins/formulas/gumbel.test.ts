/** Gumbel search by hand: the choice below the root, and a whole small search at a root of four moves. */
import { describe, expect, it } from 'vitest';
import type { MoveList } from '../../../src/engine/moves.ts';
import type { Rules } from '../../../src/engine/rules.ts';
import type { State } from '../../../src/engine/state.ts';
import { BatchBuffers } from '../../../src/search/evaluators/batch-buffers.ts';
import type { EvaluationBatch, Evaluator } from '../../../src/search/evaluators/evaluator.ts';
import { GumbelSearch } from '../../../src/search/gumbel/gumbel-search.ts';
import { selectInterior } from '../../../src/search/gumbel/interior.ts';
import { rootQ, rootVisits } from '../../../src/search/tree/root.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { randomPosition, rulesOf } from '../../search/positions.ts';
import { finish } from '../../search/run-search.ts';
import { handTree, Script, tips } from './hand-tree.ts';

describe('the choice below the root: argmax π′ − N / (1 + ΣN)', () => {
  it('one move tried', () => {
    // Priors ½, ¼, ¼; move 0 with N = 2, q = 0.95. σ factor (2 + 2) · 0.5 = 2. v_mix = (raw + 2 · 0.95) / 3.
    // π′(0) = s = 1 / (1 + e^{2(v_mix − q)}), π′(1) = (1 − s) / 2. Equal scores: s − 2/3 = (1 − s) / 2, s = 7/9,
    // e^{2(v_mix − q)} = 2/7, v_mix − q = −0.626381 = (raw − q) / 3, raw = 0.95 − 1.879144 = −0.929144
    tips(-0.929144, 0, 1, (raw) =>
      selectInterior(
        handTree({
          mover: 0,
          raw: [raw, -raw],
          priors: [0.5, 0.25, 0.25],
          children: [{ edge: 0, visits: 2, mean: [0.95, -0.95] }],
        }),
        0,
        { cVisit: 2, cScale: 0.5 },
      ),
    );
  });

  it('a solved child counts with its exact value and is passed over', () => {
    // Priors ½ (solved, exact −½, average +½, N = 1), ¼ (q = ½, N = 1), ¼ untried. σ factor (1 + 1) · 1 = 2, ΣN = 2.
    // v_mix = (raw + 2 · (½ · (−½) + ¼ · ½) / ¾) / 3 = (raw − ⅓) / 3; y = e^{2 v_mix}
    // total T = ¼y + ½e^{−1} + ¼e; equal scores: (¼e − ¼y) / T = ⅓, so ⅙e − ⅙e^{−1} = ⅓y
    // y = ½ · (2.718282 − 0.367879) = 1.175201, v_mix = ½ ln y = 0.080720, raw = 0.242159 + 0.333333 = 0.575492
    tips(0.575492, 1, 2, (raw) =>
      selectInterior(
        handTree({
          mover: 1,
          raw: [-raw, raw],
          priors: [0.5, 0.25, 0.25],
          children: [
            { edge: 0, visits: 1, mean: [-0.5, 0.5], exact: [0.5, -0.5] },
            { edge: 1, visits: 1, mean: [-0.5, 0.5] },
          ],
        }),
        0,
        { cVisit: 1, cScale: 1 },
      ),
    );
  });

  it('before any visit the largest prior is taken', () => {
    const tree = handTree({ mover: 0, raw: [0, 0], priors: [0.25, 0.25, 0.5], children: [] });
    expect(selectInterior(tree, 0)).toBe(2);
  });
});

/** Values for seat 1 in the order of asking, logits for the root and equal ones below. */
class Scripted implements Evaluator {
  readonly id = 'scripted';
  readonly provider = 'none';
  readonly preferredBatch = 1;
  readonly rules: Rules;
  private readonly logits: readonly number[];
  private readonly answers: number[];

  constructor(rules: Rules, logits: readonly number[], answers: readonly number[]) {
    this.rules = rules;
    this.logits = logits;
    this.answers = [...answers];
  }

  createBatch(capacity: number): EvaluationBatch {
    const { answers } = this;
    let logits: readonly number[] = this.logits;
    return new (class extends BatchBuffers implements EvaluationBatch {
      add(_state: State, legal: MoveList): number {
        const slot = this.reserve(legal);
        for (let i = 0; i < legal.length; i++) this.logits[this.offsets[slot] + i] = logits[i] ?? 0;
        logits = [];
        const value = answers.shift() ?? 0;
        this.values.set([-value, value], 2 * slot);
        return slot;
      }
      run(): void {}
    })(capacity, 2);
  }

  async close(): Promise<void> {}
}

describe('a search with three moves considered and seven simulations', () => {
  const rules = rulesOf('hex8', 2);
  const bench = new Workbench(rules);
  // A decision of player 2 with four legal moves.
  const { state, legal } = randomPosition(rules, 13, 50);
  const logits = [0.5, 0, -0.5, 0.25];
  const scale = { cVisit: 1, cScale: 0.5 };

  const run = (draws: Script | null, simulations: number, considered: number, answers: readonly number[]) => {
    const evaluator = new Scripted(rules, logits, answers);
    const search = new GumbelSearch(bench, evaluator, { simulations, considered, scale });
    search.begin(state, legal, draws);
    finish(search, evaluator.createBatch(1));
    return search;
  };

  it('spends them by sequential halving on the largest g + logit + σ(q)', () => {
    expect([legal.length, state.player]).toEqual([4, 2]);
    // g + logit: 0.5, 1, 1.5, −0.25: moves 2, 1, 0 are considered. Levels: 3 moves once, then 2 moves, then 2 moves.
    // After level 1, q = −½ (2), ½ (1), ¾ (0), σ(q) = (1 + 1) · 0.5 · q: scores 1, 1.5, 1.25: moves 1 and 0 stay.
    // Level 2: −1 below move 1, ¼ below move 0: q(1) = −¼, q(0) = ½, σ = 1.5q: 1 − 0.375 = 0.625, 0.5 + 0.75 = 1.25.
    // Level 3: −¼ below move 0 first, then ⅛ below move 1: q(0) = ¾ / 3 = ¼, q(1) = −⅜ / 3 = −⅛, σ = 2q:
    // 0.5 + 0.5 = 1 against 1 − 0.25 = 0.75: move 0 wins.
    const search = run(new Script({ gumbels: [0, 1, 2, -0.5] }), 7, 3, [0.25, -0.5, 0.5, 0.75, -1, 0.25, -0.25, 0.125]);
    expect(search.evaluations).toBe(8);
    expect([...rootVisits(search.tree)]).toEqual([3, 3, 1, 0]);
    expect([...rootQ(search.tree)]).toEqual([0.25, -0.125, -0.5, 0]);
    expect(search.winner()).toBe(0);
    // v_mix: weights e^logit 1.648721, 1, 0.606531; Σπq / Σπ = (0.412180 − 0.125 − 0.303265) / 3.255252 = −0.004941
    // (0.25 + 7 · (−0.004941)) / 8 = 0.026926. Exponents logit + 2q: 1, −0.25, −1.5, 0.25 + 0.053853 = 0.303853
    // e^: 2.718282, 0.778801, 0.223130, 1.355069; total 5.075282
    const expected = [0.535592, 0.15345, 0.043964, 0.266994];
    search.policy().forEach((p, i) => {
      expect(p).toBeCloseTo(expected[i], 5);
    });
  });

  it('without noise considers the largest logits', () => {
    expect([...rootVisits(run(null, 2, 2, [0, 0, 0]).tree)]).toEqual([1, 0, 0, 1]);
  });

  it('among moves that were not visited most the best score does not win', () => {
    // Moves 0 and 3 are considered with 3 simulations: 0.5 + q and 0.25 + q with one visit each, then one for the better.
    // q(0) = −½, q(3) = ¼: scores 0 and 0.5, so move 3 gets the third: q(3) = (¼ − 1) / 2 = −0.375. Score of 3 with
    // σ = 1.5q: −0.3125; of move 0: 0.5 − 0.75 = −0.25. Move 3 has two visits and is played.
    const search = run(null, 3, 2, [0, -0.5, 0.25, -1]);
    expect([...rootVisits(search.tree)]).toEqual([1, 0, 0, 2]);
    expect(search.winner()).toBe(3);
  });
});

describe('a Gumbel draw', () => {
  it('is −ln(−ln u)', () => {
    // −ln(ln 2) = 0.366513; −ln(−ln 0.25) = −ln 1.386294 = −0.326634
    const draws = new Script({ units: [0.5, 0.25] });
    expect(draws.gumbel()).toBeCloseTo(0.366513, 6);
    expect(draws.gumbel()).toBeCloseTo(-0.326634, 6);
  });
});

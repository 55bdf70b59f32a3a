import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/random.ts';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import { DescentSearch } from '../../../src/search/puct/descent-search.ts';
import { dirichlet } from '../../../src/search/puct/dirichlet.ts';
import { PolicySearch } from '../../../src/search/puct/policy-search.ts';
import { PuctSearch } from '../../../src/search/puct/puct-search.ts';
import { rootVisits, sampleIndex } from '../../../src/search/tree/root.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { randomPosition, rulesOf } from '../positions.ts';
import { finish } from '../run-search.ts';

const bench = new Workbench(rulesOf('hex8', 3));
const evaluator = new HashedEvaluator(bench.rules);

describe('PUCT', () => {
  it('spends its budget on legal moves and follows the priors and values', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { state, legal } = randomPosition(bench.rules, seed, 5 * seed);
      const search = new PuctSearch(bench, evaluator, { simulations: 50 });
      search.begin(state, legal, seed % 2 ? new Random(seed) : null);
      finish(search, evaluator.createBatch(4));
      const visits = rootVisits(search.tree);
      expect(visits.reduce((a, b) => a + b, 0)).toBe(50);
      expect(search.simulations).toBe(50);
      expect(search.policy().reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      expect(visits[search.choose(0, null)]).toBe(Math.max(...visits));
      let prior = 0;
      for (let e = 0; e < legal.length; e++) prior += search.tree.prior[e];
      expect(prior).toBeCloseTo(1, 5);
    }
  });
});

describe('descent', () => {
  it('evaluates as many moves as its budget says, whatever the batch', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { state, legal } = randomPosition(bench.rules, seed, 5 * seed);
      const outcomes = [1, 7, 64].map((capacity) => {
        const search = new DescentSearch(bench, evaluator, 300);
        search.begin(state, legal);
        finish(search, evaluator.createBatch(capacity));
        if (search.tree.solved[0] === 0) expect(search.simulations).toBe(300);
        expect(search.tree.nodes).toBe(search.simulations + 1);
        return [search.winner(), ...search.tree.sum.subarray(0, 3)];
      });
      for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
    }
  });
});

describe('policy only', () => {
  it('is the softmax of the logits, for one evaluation', () => {
    const { state, legal } = randomPosition(bench.rules, 3, 10);
    const search = new PolicySearch(bench, evaluator);
    search.begin(state, legal);
    finish(search, evaluator.createBatch(4));
    expect(search.evaluations).toBe(1);
    expect(search.simulations).toBe(0);
    const batch = evaluator.createBatch(1);
    batch.reset();
    batch.add(state, legal);
    const weights = Array.from(batch.logits.subarray(0, legal.length), Math.exp);
    const total = weights.reduce((a, b) => a + b, 0);
    search.policy().forEach((p, i) => {
      expect(p).toBeCloseTo(weights[i] / total, 6);
    });
  });
});

describe('draws', () => {
  it('Dirichlet noise is a distribution with the right spread', () => {
    const random = new Random(1);
    let squares = 0;
    const rounds = 4000;
    for (let i = 0; i < rounds; i++) {
      const draw = dirichlet(20, 0.5, random);
      expect(draw.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      squares += draw[0] ** 2;
    }
    // E[x²] = (1/20)·(α + 1)/(20α + 1) with α = 0.5
    expect(squares / rounds).toBeCloseTo((0.05 * 1.5) / 11, 3);
  });

  it('samples in proportion to weight^(1/temperature), the largest at 0', () => {
    const random = new Random(2);
    const counts = [0, 0, 0];
    for (let i = 0; i < 20_000; i++) counts[sampleIndex([1, 0, 2], 0.5, random)]++;
    expect(counts[1]).toBe(0);
    expect(counts[2] / counts[0]).toBeCloseTo(4, 0);
    expect(sampleIndex([1, 3, 3], 0, random)).toBe(1);
  });
});

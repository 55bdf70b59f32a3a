import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOARDS, PLAYER_COUNTS } from '../../../src/engine/boards.ts';
import { Random } from '../../../src/engine/random.ts';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import {
  completedQ,
  improvedPolicy,
  leastVisitedByPolicy,
  mixedValue,
} from '../../../src/search/gumbel/completed-q.ts';
import { GumbelSearch, keepLargest } from '../../../src/search/gumbel/gumbel-search.ts';
import { selectInterior } from '../../../src/search/gumbel/interior.ts';
import { rootValue, rootVisits } from '../../../src/search/tree/root.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { randomPosition, rulesOf } from '../positions.ts';
import { finish } from '../run-search.ts';

describe('Gumbel search', () => {
  it('visits legal moves only, spends the budget exactly, gives a distribution: sparse and wide legal sets', () => {
    const cases = PLAYER_COUNTS.flatMap((players) =>
      (['hex8', 'square8'] as const).map((board) => ({ board, players })),
    );
    const benches = cases.map(({ board, players }) => {
      const bench = new Workbench(rulesOf(board, players));
      return { bench, evaluator: new HashedEvaluator(bench.rules, 3, 4) };
    });
    fc.assert(
      fc.property(
        fc.nat(cases.length - 1),
        fc.nat(1e6),
        fc.nat(120),
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        (which, seed, plies, simulations, considered) => {
          const { bench, evaluator } = benches[which];
          const { state, legal } = randomPosition(bench.rules, seed, plies);
          const search = new GumbelSearch(bench, evaluator, { simulations, considered });
          search.begin(state, legal, new Random(seed));
          finish(search, evaluator.createBatch(8));
          const visits = rootVisits(search.tree);
          expect(visits.length).toBe(legal.length);
          expect(visits.reduce((a, b) => a + b, 0)).toBe(simulations);
          expect(search.simulations).toBe(simulations);
          expect(search.evaluations).toBeLessThanOrEqual(simulations + 1);
          const policy = search.policy();
          expect(policy.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
          expect(policy.every((p) => p >= 0)).toBe(true);
          expect(visits[search.winner()]).toBeGreaterThan(0);
          expect([...search.tree.move.subarray(0, legal.length)]).toEqual([...legal.moves.subarray(0, legal.length)]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is the same search for every batch size, bit for bit', () => {
    const bench = new Workbench(rulesOf('hex8', 3));
    const evaluator = new HashedEvaluator(bench.rules);
    for (let seed = 0; seed < 20; seed++) {
      const { state, legal } = randomPosition(bench.rules, seed, seed * 5);
      const outcomes = [1, 2, 3, 16].map((limit) => {
        const search = new GumbelSearch(bench, evaluator, { simulations: 48 });
        search.begin(state, legal, new Random(seed));
        finish(search, evaluator.createBatch(limit));
        return [search.winner(), ...search.policy(), ...rootValue(search.tree), ...rootVisits(search.tree)];
      });
      for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
    }
  });

  it('is deterministic without noise and after being used for something else', () => {
    const bench = new Workbench(rulesOf('square8', 2));
    const evaluator = new HashedEvaluator(bench.rules);
    const batch = evaluator.createBatch(16);
    const one = randomPosition(bench.rules, 5, 20);
    const other = randomPosition(bench.rules, 6, 40);
    const search = new GumbelSearch(bench, evaluator, { simulations: 64 });
    search.begin(one.state, one.legal);
    finish(search, batch);
    const first = [...search.policy()];
    search.begin(other.state, other.legal, new Random(1), 8);
    finish(search, batch);
    search.begin(one.state, one.legal, null, 64);
    finish(search, batch);
    expect([...search.policy()]).toEqual(first);
  });

  it('chooses below the root as the reference formulas do', () => {
    const bench = new Workbench(rulesOf('hex8', 2));
    const evaluator = new HashedEvaluator(bench.rules, 0, 3);
    let compared = 0;
    for (let seed = 0; seed < 30; seed++) {
      const { state, legal } = randomPosition(bench.rules, seed, 3 * seed);
      const search = new GumbelSearch(bench, evaluator, { simulations: 200, considered: 2 });
      search.begin(state, legal, new Random(seed));
      finish(search, evaluator.createBatch(16));
      const { tree } = search;
      for (let node = 1; node < tree.nodes; node++) {
        if (tree.solved[node] === 1 || tree.visits[node] < 2 || tree.solvedChildren[node] > 0) continue;
        const start = tree.edgeStart[node];
        const width = tree.edgeCount[node];
        const seat = tree.mover[node];
        const children = [...tree.child.subarray(start, start + width)];
        const visits = children.map((c) => (c < 0 ? 0 : tree.visits[c]));
        const q = children.map((c) => (c < 0 ? 0 : tree.mean(c, seat)));
        const prior = tree.prior.subarray(start, start + width);
        const mixed = mixedValue(tree.raw[2 * node + seat], prior, q, visits);
        const logits = Array.from(prior, Math.log);
        const policy = improvedPolicy(logits, completedQ(q, visits, mixed), Math.max(...visits));
        expect(selectInterior(tree, node) - start).toBe(leastVisitedByPolicy(policy, visits));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(500);
  });

  it('runs on all twelve games', () => {
    for (const board of BOARDS) {
      for (const players of PLAYER_COUNTS) {
        const bench = new Workbench(rulesOf(board, players));
        const evaluator = new HashedEvaluator(bench.rules);
        const { state, legal } = randomPosition(bench.rules, 1, 12);
        const search = new GumbelSearch(bench, evaluator, { simulations: 16 });
        search.begin(state, legal);
        finish(search, evaluator.createBatch(16));
        expect(search.simulations).toBe(16);
      }
    }
  });

  it('refuses a budget below two', () => {
    const bench = new Workbench(rulesOf('hex8', 2));
    expect(() => new GumbelSearch(bench, new HashedEvaluator(bench.rules), { simulations: 1 })).toThrow(/at least 2/);
  });
});

describe('keepLargest', () => {
  it('equals a stable sort', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 30 }),
        (values, count) => {
          const out = new Int32Array(30);
          const kept = keepLargest(Float64Array.from(values), values.length, count, out);
          const expected = values
            .map((value, index) => ({ value, index }))
            .sort((a, b) => b.value - a.value || a.index - b.index)
            .slice(0, count)
            .map(({ index }) => index);
          expect([...out.subarray(0, kept)]).toEqual(expected);
        },
      ),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import { GumbelSearch } from '../../../src/search/gumbel/gumbel-search.ts';
import { PuctSearch } from '../../../src/search/puct/puct-search.ts';
import type { TreeSearch } from '../../../src/search/tree/search.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { randomPosition, rulesOf } from '../positions.ts';
import { finish } from '../run-search.ts';

/**
 * Negamax by the book, from the record of which node each simulation created: one number per node, from its mover's
 * view, negated whenever the mover changes.
 */
function negamaxSums({ tree }: TreeSearch): Float64Array {
  const sums = new Float64Array(tree.nodes);
  for (let leaf = 1; leaf < tree.nodes; leaf++) {
    let value = tree.raw[2 * leaf + tree.mover[leaf]];
    let mover = tree.mover[leaf];
    for (let node = leaf; node >= 0; node = tree.parent[node]) {
      if (tree.mover[node] !== mover) {
        value = -value;
        mover = tree.mover[node];
      }
      sums[node] += value;
    }
  }
  return sums;
}

describe('vector backup with two players', () => {
  const bench = new Workbench(rulesOf('square8', 2));
  const evaluator = new HashedEvaluator(bench.rules);
  const searches = {
    gumbel: (): GumbelSearch => new GumbelSearch(bench, evaluator, { simulations: 200 }),
    puct: (): PuctSearch => new PuctSearch(bench, evaluator, { simulations: 200 }),
  };

  it.each(['gumbel', 'puct'] as const)('%s: equals negamax bit for bit', (name) => {
    let compared = 0;
    for (let seed = 0; seed < 15; seed++) {
      const { state, legal } = randomPosition(bench.rules, seed, 4 * seed);
      const search = searches[name]();
      search.begin(state, legal);
      finish(search, evaluator.createBatch(1));
      const { tree } = search;
      if (tree.solved.subarray(0, tree.nodes).includes(1)) continue;
      const sums = negamaxSums(search);
      for (let node = 0; node < tree.nodes; node++) {
        const mover = tree.mover[node];
        expect(tree.sum[2 * node + mover]).toBe(sums[node]);
        expect(tree.sum[2 * node + 1 - mover]).toBe(-sums[node]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });
});

/**
 * Many small searches over legal sets of all widths. 10,000 by default; RR_SEARCHES=1000000 runs the million that the
 * documentation quotes (about two minutes).
 */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/random.ts';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import { GumbelSearch } from '../../../src/search/gumbel/gumbel-search.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { lastDecisions } from '../endgames.ts';
import { rulesOf } from '../positions.ts';
import { finish } from '../run-search.ts';

const SEARCHES = Number(process.env.RR_SEARCHES ?? 10_000);

describe(`${SEARCHES} searches`, () => {
  it('keep visits on legal moves, their sum at the budget and the policy a distribution', { timeout: 1e6 }, () => {
    const random = new Random(1);
    const tables = ([2, 3, 4] as const).map((players) => {
      const bench = new Workbench(rulesOf(players === 3 ? 'square8' : 'hex8', players));
      const evaluator = new HashedEvaluator(bench.rules, players, 6);
      return {
        positions: Array.from({ length: 20 }, (_, seed) => lastDecisions(bench.rules, seed, 60)).flat(),
        search: new GumbelSearch(bench, evaluator, { simulations: 2 }),
        batch: evaluator.createBatch(16),
      };
    });
    let narrowest = Number.POSITIVE_INFINITY;
    let broken = 0;
    for (let i = 0; i < SEARCHES; i++) {
      const { positions, search, batch } = tables[i % tables.length];
      const { state, legal } = positions[random.below(positions.length)];
      const simulations = 2 + random.below(14);
      search.begin(state, legal, random, simulations);
      finish(search, batch);
      const { tree } = search;
      let visits = 0;
      for (let c = tree.firstChild[0]; c >= 0; c = tree.nextSibling[c]) {
        visits += tree.visits[c];
        if (tree.parentEdge[c] >= legal.length || tree.move[tree.parentEdge[c]] !== legal.moves[tree.parentEdge[c]]) {
          broken++;
        }
      }
      let total = 0;
      for (const p of search.policy()) {
        if (!(p >= 0 && p <= 1)) broken++;
        total += p;
      }
      if (visits !== simulations || Math.abs(total - 1) > 1e-9 || tree.child[search.winner()] < 0) broken++;
      narrowest = Math.min(narrowest, legal.length);
    }
    expect(broken).toBe(0);
    expect(narrowest).toBe(2);
  });
});

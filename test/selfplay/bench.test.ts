import { describe, expect, it } from 'vitest';
import { NetworkEvaluator } from '../../src/search/evaluators/network.ts';
import { benchPlay } from '../../src/selfplay/bench/play-bench.ts';
import { benchSearchCost } from '../../src/selfplay/bench/search-cost.ts';
import { untrainedModel } from '../search/models.ts';
import { rulesOf } from '../search/positions.ts';

describe('search benchmarks', () => {
  it('measure the cost of a simulation', () => {
    const rows = benchSearchCost(rulesOf('hex8', 2), 16, 0.1);
    expect(rows.map(({ part }) => part)).toEqual(['tree', 'encoding']);
    for (const { microsecondsPerSimulation, ratio } of rows) {
      expect(microsecondsPerSimulation).toBeGreaterThan(0);
      expect(ratio).toBeGreaterThan(0);
    }
  });

  it.each([0, 4096])('measure play beside the evaluator alone (cache of %i)', async (cache) => {
    const rules = rulesOf('square8', 2);
    const model = untrainedModel('square8', 2);
    const create = () => NetworkEvaluator.create(model, rules, { hash: 'x', batch: 8 });
    const row = await benchPlay(rules, create, { simulations: 8, inFlight: 16, batch: 8, cache, seconds: 0.6 });
    expect(row.batchFill).toBeGreaterThan(0.9);
    expect(row.evaluationsPerSecond).toBeGreaterThan(0);
    expect(row.hitRate > 0).toBe(cache > 0);
  });
});

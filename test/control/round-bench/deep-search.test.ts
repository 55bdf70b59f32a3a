import { describe, expect, test } from 'vitest';
import { agreementOf, type SampledTarget } from '../../../src/control/round-bench/deep-search.ts';
import { createRules } from '../../../src/engine/rules.ts';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import { GumbelSearch } from '../../../src/search/gumbel/gumbel-search.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { benchPositions } from '../../../src/selfplay/bench/positions.ts';
import { finish } from '../../search/run-search.ts';

const SIMULATIONS = 48;

describe('agreement with a deep search', () => {
  test('searches side by side find what each finds alone', async () => {
    const rules = createRules('hex8', 2);
    const evaluator = new HashedEvaluator(rules);
    const alone = new GumbelSearch(new Workbench(rules), evaluator, { simulations: SIMULATIONS });
    const targets = benchPositions(rules, 7).map(({ state, legal }, i): SampledTarget => {
      alone.begin(state, legal);
      finish(alone, evaluator.createBatch(16));
      // two of seven are made wrong
      return { state, legal, best: i < 2 ? alone.winner() + 1 : alone.winner() };
    });
    let searched = 0;
    const options = {
      simulations: SIMULATIONS,
      onSearch: (count: number) => (searched += count),
      stopped: () => false,
    };
    expect(await agreementOf(targets, evaluator, options)).toBeCloseTo(5 / 7, 9);
    expect(searched).toBe(7);
    expect(await agreementOf(targets, evaluator, { ...options, stopped: () => true })).toBeNaN();
  });
});

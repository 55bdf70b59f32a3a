import { describe, expect, test } from 'vitest';
import { searchSettings } from '../../../src/commands/selfplay/search-flags.ts';
import { resolveSettings } from '../../../src/config/settings.ts';
import { MoveList } from '../../../src/engine/moves.ts';
import { Random } from '../../../src/engine/random.ts';
import { createRules } from '../../../src/engine/rules.ts';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import { GumbelPlayer } from '../../../src/search/players/gumbel.ts';
import { benchPositions } from '../../../src/selfplay/bench/positions.ts';
import { DEFAULT_SEARCH, generatorOptions, scaleSetting } from '../../../src/selfplay/setup/search-settings.ts';

const { settings } = resolveSettings('selfplay', { env: {}, cwd: '/nonexistent' });
const FLAGS = { 'policy-plies': DEFAULT_SEARCH.policyPlies, 'soft-resign': false, symmetry: false };

describe('settings of searched self-play', () => {
  test('what config/selfplay.yaml says is what is built in, to the last digit', async () => {
    expect(await searchSettings(settings, FLAGS, async () => undefined)).toEqual(DEFAULT_SEARCH);
  });

  test('the scale is part of them only where it is not the paper’s', () => {
    expect(scaleSetting({ cVisit: 50, cScale: 1 })).toEqual({});
    const soft = scaleSetting({ cVisit: 50, cScale: 0.1 });
    expect(soft).toEqual({ scale: { cVisit: 50, cScale: 0.1 } });
    expect(generatorOptions({ ...DEFAULT_SEARCH, ...soft }, 64).selfplay?.scale).toEqual(soft.scale);
  });
});

/** Share of draws in which a cheap search plays the move it likes best. */
function bestShare(sampleFrom: 'visits' | 'improved'): number {
  const rules = createRules('hex8', 2);
  const evaluator = new HashedEvaluator(rules);
  const [{ state, legal } = { state: undefined, legal: new MoveList() }] = benchPositions(rules, 1);
  if (!state) throw new Error('no position');
  const { selfplay } = generatorOptions({ ...DEFAULT_SEARCH, sampleFrom, cheapShare: 1, policyPlies: 0 }, 64);
  const options = { name: 'g', simulations: 64, ...(selfplay && { selfplay }) };
  const counts = new Map<number, number>();
  const draws = 200;
  for (let i = 0; i < draws; i++) {
    const random = new Random(5, i);
    const player = new GumbelPlayer(evaluator, options).newGame(rules, random);
    const pending = player.decide({ state, legal, decision: 10, random });
    if (!('gather' in pending)) throw new Error('a search was expected');
    const batch = evaluator.createBatch(16);
    for (batch.reset(); pending.gather(batch, batch.capacity) > 0; batch.reset()) {
      void batch.run();
      pending.scatter(batch);
    }
    const { move } = pending.answer();
    counts.set(move, (counts.get(move) ?? 0) + 1);
  }
  return Math.max(...counts.values()) / draws;
}

describe('moves of cheap searches', () => {
  test('by default follow what the search found; sampled from visits they are drawn evenly from 16', () => {
    expect(bestShare('visits')).toBeLessThan(0.2);
    expect(bestShare(DEFAULT_SEARCH.sampleFrom)).toBeGreaterThan(0.5);
  });
});

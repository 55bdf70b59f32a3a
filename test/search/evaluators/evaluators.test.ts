import { describe, expect, it } from 'vitest';
import { CacheTable } from '../../../src/search/evaluators/cache-table.ts';
import { CachedEvaluator } from '../../../src/search/evaluators/cached.ts';
import { CheckingEvaluator } from '../../../src/search/evaluators/checking.ts';
import type { EvaluationBatch, Evaluator } from '../../../src/search/evaluators/evaluator.ts';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import { UniformEvaluator } from '../../../src/search/evaluators/uniform.ts';
import { randomPositions, rulesOf } from '../positions.ts';

const rules = rulesOf('square8', 3);
const positions = randomPositions(rules, 1, 40, 60);

async function answers(evaluator: Evaluator, batch: EvaluationBatch = evaluator.createBatch(positions.length)) {
  batch.reset();
  for (const { state, legal } of positions) batch.add(state, legal);
  await batch.run();
  return positions.map((_, slot) => ({
    logits: [...batch.logits.subarray(batch.offsets[slot], batch.offsets[slot + 1])],
    values: [...batch.values.subarray(slot * rules.players, (slot + 1) * rules.players)],
  }));
}

describe('the cache', () => {
  it('answers exactly as the evaluator does, the second time without asking it', async () => {
    const plain = await answers(new HashedEvaluator(rules));
    const cached = new CachedEvaluator(new HashedEvaluator(rules));
    const batch = cached.createBatch(positions.length);
    expect(await answers(cached, batch)).toEqual(plain);
    const hits = cached.table.hits;
    expect(await answers(cached, batch)).toEqual(plain);
    expect(cached.table.hits - hits).toBe(positions.length);
  });

  it('forgets rather than confuses when it is too small', async () => {
    const plain = await answers(new HashedEvaluator(rules));
    for (const options of [
      { entries: 4, logits: 100_000 },
      { entries: 4096, logits: 300 },
      { entries: 8, logits: 1 },
    ]) {
      const cached = new CachedEvaluator(new HashedEvaluator(rules), options);
      const batch = cached.createBatch(positions.length);
      for (let i = 0; i < 3; i++) expect(await answers(cached, batch)).toEqual(plain);
    }
  });

  it('loses the oldest of a full neighbourhood', () => {
    const table = new CacheTable(4, 1000, 2);
    const numbers = new Float32Array(10);
    for (let i = 0; i < 5; i++) table.write(0, i, 3, numbers, 0, numbers, 0);
    expect(table.find(0, 0, 3)).toBe(-1);
    for (let i = 1; i < 5; i++) expect(table.find(0, i, 3)).toBeGreaterThanOrEqual(0);
    expect(table.find(0, 4, 2)).toBe(-1);
  });
});

describe('the checking wrapper', () => {
  it('passes equal evaluators and reports how close they were', async () => {
    const checking = new CheckingEvaluator(new HashedEvaluator(rules), new HashedEvaluator(rules), 1e-6);
    expect(await answers(checking)).toEqual(await answers(new HashedEvaluator(rules)));
    expect(checking.agreement).toEqual({ positions: positions.length, policy: 0, value: 0 });
  });

  it('stops at a difference beyond the tolerance', async () => {
    const checking = new CheckingEvaluator(new HashedEvaluator(rules), new UniformEvaluator(rules), 0.01);
    await expect(answers(checking)).rejects.toMatchObject({ code: 'EVALUATORS_DISAGREE' });
  });
});

describe('batches', () => {
  it('refuse a position too many', () => {
    const batch = new UniformEvaluator(rules).createBatch(1);
    batch.add(positions[0].state, positions[0].legal);
    expect(() => batch.add(positions[1].state, positions[1].legal)).toThrow(/full/);
    expect(() => new UniformEvaluator(rules).createBatch(0)).toThrow(/capacity/);
  });
});

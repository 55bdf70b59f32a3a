import { expect, test } from 'vitest';
import { differences, type Facts, readFrozen } from './frozen.ts';
import { resumedFacts, type TrainingFacts, trainingFacts } from './training.ts';

const TOLERANCE = 1e-4;
const frozen = readFrozen('training') as unknown as TrainingFacts & { readonly resumed: Facts };

test('losses, gradient norms and weights of a training are the frozen ones', async () => {
  const { facts, digests } = await trainingFacts();
  expect(differences(facts, frozen.facts, TOLERANCE)).toEqual([]);
  // bits depend on the processor's vector instructions
  if (digests.processor === frozen.digests.processor) expect(digests).toEqual(frozen.digests);
  for (const variant of Object.values(facts)) {
    expect(variant).toMatchObject({ emaToWeights: expect.toSatisfy((distance: number) => distance > 1e-3) });
  }
});

test('a checkpoint of an earlier version is continued as it was', async () => {
  const resumed = await resumedFacts();
  expect(resumed).toHaveLength(4);
  expect(differences(resumed, frozen.resumed, TOLERANCE)).toEqual([]);
});

import { beforeAll, expect, test } from 'vitest';
import { differences, readFrozen } from './frozen.ts';
import { type LoweringFacts, loweringFacts, type PinnedForm, TOLERANCES } from './lowering.ts';

const frozen = readFrozen('lowering') as unknown as LoweringFacts;
let found: LoweringFacts;
beforeAll(async () => {
  found = await loweringFacts();
});

test.each(Object.keys(TOLERANCES) as PinnedForm[])('%s gives the frozen answers', (form) => {
  expect(differences(found[form], frozen[form], TOLERANCES[form])).toEqual([]);
});

test.each(['conv-fp16', 'int8'] as const)('%s is a form of its own', (form) => {
  expect(differences(found[form], found.conv, 1e-5)).not.toEqual([]);
});

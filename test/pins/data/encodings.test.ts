import { expect, test } from 'vitest';
import { encodingFacts } from './encodings.ts';
import { differences, readFrozen } from './frozen.ts';

test('encoders, policy layouts and targets of every config are the frozen ones', async () => {
  expect(differences(await encodingFacts(), readFrozen('encodings'))).toEqual([]);
});

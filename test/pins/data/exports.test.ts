import { expect, test } from 'vitest';
import { exportFacts } from './exports.ts';
import { differences, readFrozen } from './frozen.ts';

test('every layout of training files has the frozen arrays', async () => {
  expect(differences(await exportFacts(), readFrozen('exports'))).toEqual([]);
});

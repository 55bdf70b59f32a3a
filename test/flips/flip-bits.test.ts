/** A short run; scripts/flip-bits.ts does long ones. */
import { expect, test } from 'vitest';
import { temporaryFolder } from '../io/folder.ts';
import { flipBits, flipKinds } from './flip-bits.ts';

const FLIPS = 15;
const kinds = await flipKinds(temporaryFolder());

test.for([...kinds])('%s: no flipped bit changes what is read without a word', async ([name, kind]) => {
  expect(await flipBits(name, kind, FLIPS, 1)).toMatchObject({ silent: [], bugs: [] });
});

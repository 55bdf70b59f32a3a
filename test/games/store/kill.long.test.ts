import { expect, it } from 'vitest';
import { killWriters } from './kill-store.ts';

it('a store loses no acknowledged game and keeps none twice when its writer is killed 30 times', async () => {
  const report = await killWriters(30);
  expect(report).toMatchObject({ kills: 30, lost: 0, twice: 0 });
  expect(report.working).toBeGreaterThan(10);
});

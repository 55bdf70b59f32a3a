/** A few rounds of scripts/late-games.ts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lateGames } from './late-games.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-late-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('games that come late are learned from once, whatever the clocks say', { timeout: 600_000 }, async () => {
  const report = await lateGames(folder, { rounds: 6, seed: 3 });
  expect(report).toMatchObject({ rounds: 6, missed: [], twice: [], incomplete: [] });
  expect(report.games).toBeGreaterThan(6);
  expect(report.late).toBeGreaterThan(0);
});

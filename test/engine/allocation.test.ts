/** The claim that legal moves and apply allocate nothing once warm, held by counting bytes and not by timing. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { REPO_ROOT, run } from '../run.ts';

/** The smallest object takes 16; one at every fourth ply is noticed. Measured: 0.1. */
const MOST_BYTES_PER_PLY = 4;

/** Mebibytes of young generation: more than any regression allocates while plies are counted. */
const YOUNG = 512;

it.each([
  ['square8', '2'],
  ['hex8', '3'],
])('%s with %s players: 300,000 plies leave nothing on the heap', async (board, players) => {
  const flags = ['--expose-gc', `--min-semi-space-size=${YOUNG}`, `--max-semi-space-size=${YOUNG}`];
  const child = join(REPO_ROOT, 'test/engine/alloc-child.ts');
  const { status, stdout, stderr } = await run(process.execPath, [...flags, child, board, players]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const { plies, bytesPerPly }: { plies: number; bytesPerPly: number } = JSON.parse(stdout);
  expect(plies).toBeGreaterThanOrEqual(300_000);
  expect(bytesPerPly).toBeLessThan(MOST_BYTES_PER_PLY);
  // A collection while counting would hide allocations, and show here.
  expect(bytesPerPly).toBeGreaterThan(-MOST_BYTES_PER_PLY);
});

/**
 * Kills a small `rr loop` with SIGKILL at COUNT random instants (30 by default), starting it again each time, and
 * compares what it ends with to a loop that ran through. Prints one line; exit 1 when they differ.
 *
 *     node scripts/kill-loop.ts [COUNT] [SEED]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { killLoop, loopState } from '../test/control/loop/kill-loop.ts';

const [count = '30', seed = '1'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'rr-kill-loop-'));
// A loop lasts for a few kills only, so there are several of them.
const KILLS_PER_LOOP = 6;

try {
  await killLoop(join(folder, 'whole'), 0, 0);
  const expected = await loopState(join(folder, 'whole'));
  let [hit, loops, different] = [0, 0, 0];
  while (hit < Number(count)) {
    const place = join(folder, `loop-${loops}`);
    hit += await killLoop(place, Math.min(KILLS_PER_LOOP, Number(count) - hit), Number(seed) + loops++);
    if (!isDeepStrictEqual(await loopState(place), expected)) {
      different++;
      process.stderr.write(`${JSON.stringify(await loopState(place))}\nexpected ${JSON.stringify(expected)}\n`);
    }
  }
  process.stdout.write(`${JSON.stringify({ kills: hit, loops, different })}\n`);
  process.exitCode = different === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

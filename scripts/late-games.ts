/**
 * Three hosts whose clocks are a day apart play, sync at random times and learn in hourly rounds; counts the games that no
 * round took and those that two rounds took. Prints one NDJSON record, and the rounds on stderr.
 *
 *     node scripts/late-games.ts [--rounds 100] [--seed 1] [--minutes N]
 *
 * Exits 3 when a game was missed or counted as new twice. `--minutes` ends it after the round that is running then. 100 rounds take about 15 CPU-minutes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lateGames } from '../test/control/loop/late-games.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: 'Infinity' },
  },
});
const until = performance.now() + Number(values.minutes) * 60_000;
const folder = mkdtempSync(join(tmpdir(), 'rr-late-games-'));
try {
  const report = await lateGames(folder, { rounds: Number(values.rounds), seed: Number(values.seed) }, (round) => {
    if (round % 10 === 0) console.error(`round ${round}`);
    return performance.now() < until;
  });
  console.log(JSON.stringify({ type: 'late_games', seed: Number(values.seed), ...report }));
  process.exitCode = report.missed.length + report.twice.length + report.incomplete.length > 0 ? 3 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * What a second shard brings: `rr selfplay --shard 0/1` against `--shard 0/2` and `--shard 1/2` side by side, each with
 * one worker thread, by the wall clock, start included. Also checks that both ways give the same games.
 *
 *     node scripts/bench-shards.ts [--games 400] [--config hex8_2p] [--repeat 3] [-- FLAGS OF SELFPLAY…]
 *
 * Flags default to `--engine heuristic`; with a model: `-- --model FILE.onnx --budget 64`. Wants two idle cores. Prints
 * one NDJSON record; the ratio is that of the medians.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GameStore } from '../src/games/store/store.ts';
import { rr } from '../test/run.ts';
import { median, rounded } from './figures.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    games: { type: 'string', default: '400' },
    config: { type: 'string', default: 'hex8_2p' },
    repeat: { type: 'string', default: '3' },
  },
});
const flags = positionals.length > 0 ? positionals : ['--engine', 'heuristic'];
const folder = mkdtempSync(join(tmpdir(), 'rr-bench-shards-'));

/** Plays the run in so many processes at once; seconds, and the moves of all games. */
async function play(shards: number, round: number): Promise<{ seconds: number; games: string[] }> {
  const files = Array.from({ length: shards }, (_, i) => join(folder, `${round}-${shards}.${i}.db`));
  const start = performance.now();
  const ends = await Promise.all(
    files.map((file, i) =>
      rr([
        ...['selfplay', '--config', values.config, '--games', values.games, '--seed', '7', '--workers', '1', ...flags],
        ...['--out', file, '--shard', `${i}/${shards}`],
      ]),
    ),
  );
  const seconds = (performance.now() - start) / 1000;
  for (const { status, stderr } of ends) if (status !== 0) throw new Error(stderr);
  const games: string[] = [];
  for (const file of files) {
    const store = await GameStore.openReadOnly(file);
    for (const game of store.games()) games.push(`${game.game_index} ${Buffer.from(game.moves).toString('hex')}`);
    store.close();
  }
  return { seconds, games: games.sort() };
}

try {
  const one: number[] = [];
  const two: number[] = [];
  let same = true;
  for (let round = 0; round < Number(values.repeat); round++) {
    const alone = await play(1, round);
    const both = await play(2, round);
    one.push(alone.seconds);
    two.push(both.seconds);
    same &&= alone.games.join() === both.games.join();
  }
  const games = Number(values.games);
  const [limit, value] = [games / median(one), games / median(two)];
  const rates = { value: rounded(value), limit: rounded(limit) };
  const ratio = rounded(value / limit);
  console.log(
    JSON.stringify({
      ...{ type: 'bench', suite: 'shards', case: values.config, metric: 'rate', unit: 'games/s', ...rates, ratio },
      ...{ same, one, two },
    }),
  );
  process.exitCode = same ? 0 : 3;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

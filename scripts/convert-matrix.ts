/**
 * Plays games of every configuration with several players, writes them in upstream's form, looks at every field there, and
 * reads them back; prints one NDJSON record a database.
 *
 *     node scripts/convert-matrix.ts [--games 5] [--seed 1] [--config hex8_2p]...
 *
 * Games on the boards of 361 and 469 cells are stopped after --large-moves moves (default 400), 60 of them at random. Exits 3 when a value is not what docs/upstream-formats.md §1.7 lists, or a row did not come
 * back as it was.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BOARDS, PLAYER_COUNTS } from '../src/engine/boards.ts';
import { parseConfigKey } from '../src/engine/config-key.ts';
import { createRules } from '../src/engine/rules.ts';
import type { Kinds } from '../test/games/convert/kinds.ts';
import { checkConversion, kindProblems, playedDatabase, rareEnds } from '../test/games/convert/matrix.ts';

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    games: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    'large-moves': { type: 'string', default: '400' },
    config: { type: 'string', multiple: true },
  },
});
const ENGINES = ['random', 'heuristic', 'brs:1', 'mcts-heuristic:16', 'gumbel-heuristic:16'];
const configs = values.config ?? BOARDS.flatMap((board) => PLAYER_COUNTS.map((players) => `${board}_${players}p`));

const kinds: Kinds = new Map();
const folder = mkdtempSync(join(tmpdir(), 'rr-convert-matrix-'));
const total = { games: 0, moves: 0, problems: 0 };

async function check(config: string, engine: string, path: string): Promise<void> {
  const report = await checkConversion(path, kinds);
  console.log(JSON.stringify({ type: 'conversion', config, engine, ...report }));
  total.games += report.games;
  total.moves += report.moves;
  total.problems += report.problems.length;
}

try {
  for (const config of configs) {
    for (const engine of ENGINES) {
      const path = join(folder, `${config}.db`);
      const { board, players } = parseConfigKey(config);
      const rules = createRules(board, players, players === 2 ? { swapRuleEnabled: true } : {});
      const large = board === 'square19' || board === 'hexagonal';
      await playedDatabase(path, rules, engine, {
        games: Number(values.games),
        seed: Number(values.seed),
        openingMoves: large ? 60 : 2,
        maxMoves: large ? Number(values['large-moves']) : 20_000,
      });
      await check(config, engine, path);
      rmSync(path);
    }
  }
  if (!values.config) {
    await check('all', 'reference games', rareEnds(join(root, 'test/fixtures/traces/golden.jsonl.gz'), folder, 'rare'));
  }
  const others = kindProblems(kinds, 'rr');
  console.log(JSON.stringify({ type: 'summary', ...total, fields: kinds.size, kinds: others }));
  if (total.problems + others.length > 0) process.exitCode = 3;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

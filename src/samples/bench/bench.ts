/** How fast games become training files, beside what packing the same bytes costs by itself. */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { advance, apply } from '../../engine/apply.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { MoveList } from '../../engine/moves.ts';
import { Random } from '../../engine/random.ts';
import { createRules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import type { Game } from '../../games/game/game.ts';
import { gameWithoutMoves } from '../../games/game/of-position.ts';
import { encodeNumbers } from '../../io/npz/npy.ts';
import { openNpz } from '../../io/npz/reader.ts';
import { temporaryFolder } from '../../io/temporary.ts';
import { AiServiceWriter } from '../ai-service/writer.ts';
import { type ExportTarget, LAYOUTS, type LayoutName, type LayoutWriter } from '../layout.ts';
import { Rr1Writer } from '../rr1.ts';

export interface ExportBench {
  readonly layout: LayoutName;
  readonly games: number;
  readonly samples: number;
  /** Samples per second of processor time, games to finished file. */
  readonly rate: number;
  /** Samples per second of processor time of hashing, checking and deflating the same bytes and doing nothing else. */
  readonly limit: number;
  readonly ratio: number;
}

const COMPRESSION = 3;

/** Plays `games` random games and exports them in every layout. Temporary files go to the system's folder. */
export async function benchExport(config: GameConfig, games: number, seed: number): Promise<ExportBench[]> {
  const folder = temporaryFolder('bench');
  try {
    const played = Array.from({ length: games }, (_, index) => randomGame(config, seed, index));
    const results: ExportBench[] = [];
    for (const layout of LAYOUTS) results.push(await measure(layout, config, played, folder));
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  layout: LayoutName,
  config: GameConfig,
  games: readonly Game[],
  folder: string,
): Promise<ExportBench> {
  const path = join(folder, `${layout}.npz`);
  const start = process.cpuUsage();
  const writer = writerOf(layout, { config, target: { path }, spillFolder: folder });
  for (const game of games) writer.add(game);
  const { samples } = writer;
  await writer.finish();
  const rate = samples / secondsSince(start);
  const limit = samples / (await packingSeconds(path));
  return { layout, games: games.length, samples, rate, limit, ratio: rate / limit };
}

function writerOf(layout: LayoutName, target: ExportTarget): LayoutWriter {
  const options = { sampleEvery: 1, includeBookkeeping: false, compressionLevel: COMPRESSION };
  if (layout === 'rr1') return new Rr1Writer(target, options);
  const more = { exact: false, qualityWeighted: false, heuristics: false, now: 0 };
  return new AiServiceWriter(target, { ...options, ...more });
}

async function packingSeconds(path: string): Promise<number> {
  const npz = await openNpz(path);
  let seconds = 0;
  for (const { name } of npz.entries) {
    const { dtype, shape } = await npz.header(name);
    if (dtype.kind !== 'numeric' || shape.length === 0) continue;
    for await (const { data } of npz.rows(name, 4096)) {
      const bytes = encodeNumbers(data, dtype.code);
      const start = process.cpuUsage();
      createHash('sha256').update(bytes).digest();
      crc32(bytes);
      deflateRawSync(bytes, { level: COMPRESSION, chunkSize: 1 << 20 });
      seconds += secondsSince(start);
    }
  }
  npz.close();
  return seconds;
}

function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

function randomGame({ board, players }: GameConfig, seed: number, index: number): Game {
  const rules = createRules(board, players);
  const initial = new State(rules);
  const s = initial.clone();
  const legal = new MoveList();
  const random = new Random(seed, index);
  const moves: number[] = [];
  for (;;) {
    advance(s, legal, (move) => moves.push(move));
    if (legal.length === 0) break;
    const move = legal.moves[random.below(legal.length)];
    moves.push(move);
    apply(s, move);
  }
  return {
    ...gameWithoutMoves(initial, 'bench'),
    id: `bench-${index}`,
    moves,
    status: 'completed',
    winner: s.winner,
    engine: 'random',
  };
}

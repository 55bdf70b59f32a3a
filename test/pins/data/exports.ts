/** The committed games in every layout of training files: type, shape and digest of each array. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigKey, GameConfig } from '../../../src/engine/config-key.ts';
import { type GameItem, openGames } from '../../../src/games/game/open.ts';
import { AiServiceWriter } from '../../../src/samples/ai-service/writer.ts';
import { exportGames } from '../../../src/samples/export.ts';
import type { LayoutWriter } from '../../../src/samples/layout.ts';
import { Rr1Writer } from '../../../src/samples/rr1.ts';
import { arrayLines } from './digest.ts';
import type { Facts } from './frozen.ts';
import { pinFile } from './pin-files.ts';

type Open = (config: GameConfig, path: string, folder: string) => LayoutWriter;

const PLAIN = { sampleEvery: 1, includeBookkeeping: false, compressionLevel: 1 };
const SERVICE = { ...PLAIN, exact: false, qualityWeighted: false, heuristics: false, now: 1_796_000_000 };
const at = (config: GameConfig, path: string, folder: string) => ({ config, target: { path }, spillFolder: folder });

const HEX_ONLY = 'ai-service hex_v3';

/** By name. */
const VARIANTS: Readonly<Record<string, Open>> = {
  rr1: (...place) => new Rr1Writer(at(...place), PLAIN),
  'rr1 bookkeeping, every 3rd, shuffled': (...place) =>
    new Rr1Writer(at(...place), { ...PLAIN, includeBookkeeping: true, sampleEvery: 3, shuffleSeed: 5 }),
  'rr1 without surprise': (...place) => new Rr1Writer(at(...place), { ...PLAIN, surpriseShare: 0 }),
  'ai-service': (...place) => new AiServiceWriter(at(...place), SERVICE),
  'ai-service exact': (...place) => new AiServiceWriter(at(...place), { ...SERVICE, exact: true }),
  'ai-service weighted, heuristics, shuffled': (...place) =>
    new AiServiceWriter(at(...place), { ...SERVICE, qualityWeighted: true, heuristics: true, shuffleSeed: 5 }),
  'ai-service exact, weighted, heuristics': (...place) =>
    new AiServiceWriter(at(...place), { ...SERVICE, exact: true, qualityWeighted: true, heuristics: true }),
  [HEX_ONLY]: (...place) => new AiServiceWriter(at(...place), { ...SERVICE, encoder: 'hex_v3' }),
};

/** The committed games, whatever folder they lie in. */
export async function* committedGames(): AsyncGenerator<GameItem> {
  for await (const item of openGames(pinFile('games.ndjson.gz'))) {
    if ('game' in item) yield { game: { ...item.game, where: 'games.ndjson.gz' } };
    else yield item;
  }
}

export async function exportFacts(): Promise<Facts> {
  const facts: Record<string, Facts> = {};
  for (const [name, open] of Object.entries(VARIANTS)) {
    for (const config of ['hex8_2p', 'square8_3p', 'hex8_4p'] as const) {
      if (name === HEX_ONLY && config === 'square8_3p') continue;
      // the many columns of these are the slowest to write, and two configs show all of them
      if (name.includes('weighted') && config === 'hex8_4p') continue;
      facts[`${config} ${name}`] = await factsOf(config, open);
    }
  }
  return facts;
}

async function factsOf(config: ConfigKey, open: Open): Promise<Facts> {
  const folder = mkdtempSync(join(tmpdir(), 'rr-pins-'));
  const path = join(folder, 'out.npz');
  try {
    const hooks = { open: (found: GameConfig) => open(found, path, folder) };
    const { files, skipped } = await exportGames(committedGames(), { config }, hooks);
    return {
      files: files.map((file) => `${file.config}: ${file.games} games, ${file.samples} samples`),
      otherConfig: skipped.other_config,
      arrays: await arrayLines(path),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

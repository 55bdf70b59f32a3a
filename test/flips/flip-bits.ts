/**
 * Flips single bits of files of every kind and reads each damaged file as the commands do: a flip has to be noticed, or to mean
 * nothing. Files are the committed ones and, of kinds that have changed since, new ones.
 */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { describeFailure } from '../../src/commands/cli/failure.ts';
import { at } from '../../src/core/at.ts';
import { RrError } from '../../src/core/errors.ts';
import { openGames } from '../../src/games/game/open.ts';
import { openState } from '../../src/state/open.ts';
import { stateProblems } from '../../src/state/repair.ts';
import { makeResult } from '../../src/state/store/results.ts';
import { gameLines, READERS } from '../pins/data/files.ts';
import { pinFile } from '../pins/data/pin-files.ts';
import { rr } from '../run.ts';
import { mulberry } from './random.ts';

interface Kind {
  /** The intact file. */
  readonly bytes: Buffer;
  /** What it says: equal texts for equal contents. @throws what a command would report */
  readonly read: (path: string) => Promise<string>;
}

export interface FlipReport {
  readonly kind: string;
  readonly flips: number;
  /** Noticed, with an error of the registry. */
  readonly found: number;
  /** Read as if nothing had happened, with the same contents. */
  readonly harmless: number;
  /** Bits (offset in bytes, bit) that changed what was read without a word. */
  readonly silent: readonly string[];
  /** Bits that ended with an error that is not in the registry. */
  readonly bugs: readonly string[];
}

const text = (value: unknown): string => JSON.stringify(value);
const games = async (path: string): Promise<string> => text(await gameLines(openGames(path, { forTraining: true })));
const ZSTD_CHECKSUM = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

/** All kinds, made in `folder`. */
export async function flipKinds(folder: string): Promise<ReadonlyMap<string, Kind>> {
  const database = join(folder, 'games.db');
  await rr(['selfplay', '--board', 'hex8', '--games', '12', '--engine', 'random', '--seed', '1', '--out', database]);
  const state = join(folder, 'rr.db');
  copyFileSync(pinFile('rr.db'), state);
  const store = await openState(state);
  await store.results.add(
    Array.from({ length: 200 }, (_, n) => makeResult({ kind: 'match', config: 'hex8_2p', atMs: n, record: { n } })),
  );
  await store.close();
  const dump = await rr(['db', 'dump', database]);
  const records = Buffer.from(dump.stdout);
  const pinned = (name: 'rr1.npz' | 'ai-service.npz' | 'model.onnx' | 'training.ckpt'): Kind => ({
    bytes: readFileSync(pinFile(name)),
    read: async (path) => text(await READERS[name](path)),
  });
  const stateText = async (path: string): Promise<string> => {
    const facts = text(await READERS['rr.db'](path));
    // what no command of today reads is looked at by rr doctor
    const [problem] = await stateProblems(path);
    if (problem !== undefined) throw new RrError('FILE_CORRUPT', { path, detail: problem });
    return facts;
  };
  return new Map<string, Kind>([
    ['game database', { bytes: readFileSync(database), read: games }],
    ['state database', { bytes: readFileSync(state), read: stateText }],
    ['npz rr1', pinned('rr1.npz')],
    ['npz ai-service', pinned('ai-service.npz')],
    ['model', pinned('model.onnx')],
    ['checkpoint', pinned('training.ckpt')],
    ['records', { bytes: records, read: games }],
    ['records gzip', { bytes: gzipSync(records), read: games }],
    ['records zstd', { bytes: zstdCompressSync(records, ZSTD_CHECKSUM), read: games }],
    ['records zstd without checksum', { bytes: zstdCompressSync(records), read: games }],
  ]);
}

export async function flipBits(kind: string, { bytes, read }: Kind, flips: number, seed: number): Promise<FlipReport> {
  const folder = mkdtempSync(join(tmpdir(), 'rr-flips-'));
  const path = join(folder, kind.startsWith('npz') ? 'hex8_2p.npz' : 'file');
  const put = (content: Uint8Array): void => {
    for (const end of ['-wal', '-shm', '-journal']) if (existsSync(path + end)) rmSync(path + end);
    writeFileSync(path, content);
  };
  const random = mulberry(seed);
  const [silent, bugs]: [string[], string[]] = [[], []];
  let [found, harmless] = [0, 0];
  try {
    put(bytes);
    const intact = await read(path);
    for (let flip = 0; flip < flips; flip++) {
      const offset = Math.floor(random() * bytes.length);
      const bit = Math.floor(random() * 8);
      const damaged = Buffer.from(bytes);
      damaged[offset] = at(damaged, offset) ^ (1 << bit);
      put(damaged);
      try {
        if ((await read(path)) === intact) harmless++;
        else silent.push(`${offset}.${bit}`);
      } catch (error) {
        const { code, message } = describeFailure(error);
        if (code === 'BUG') bugs.push(`${offset}.${bit} ${message}`);
        else found++;
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { kind, flips, found, harmless, silent, bugs };
}

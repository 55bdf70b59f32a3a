/** One rr1 training file: what it says about itself, its games, and which rows belong to which. */
import { RrError } from '../../core/errors.ts';
import { BOARD_SPECS } from '../../engine/boards.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { CHECKSUM_ARRAY } from '../../io/npz/checksum.ts';
import { toScalar, toTexts } from '../../io/npz/convert.ts';
import type { NumericData } from '../../io/npz/dtype.ts';
import { type NpzFile, openNpz } from '../../io/npz/reader.ts';
import { layersOf, RR1_ENCODER } from '../../net/encode/rr1/features.ts';
import { RR1_POLICY } from '../../net/encode/rr1/moves.ts';
import { RR1_FORMAT_VERSION } from '../../samples/rr1.ts';
import type { TrainingGame } from './rows.ts';

export interface SourceFile {
  readonly npz: NpzFile;
  readonly games: readonly TrainingGame[];
  readonly rows: Uint32Array;
  readonly gameOfRow: Uint32Array;
  readonly moveStart: Float64Array;
  readonly checksum: string;
}

/** Opens a file and checks it against `config`; the caller closes it. @throws RrError as loadTrainingData */
export async function openSource(path: string, config: GameConfig): Promise<SourceFile> {
  const npz = await openNpz(path);
  try {
    await checkIdentity(npz, config);
    const [samples = 0, ...shape] = (await npz.header('features')).shape;
    const expected = [layersOf(config.players), BOARD_SPECS[config.board].cells];
    if (String(shape) !== String(expected)) {
      throw mismatch(path, `its features are [${shape}], those of ${config.key} are [${expected}]`);
    }
    const gameOfRow = await numbers(npz, 'game', Uint32Array);
    const moveStart = Float64Array.from(await numbers(npz, 'policy_indptr', BigInt64Array), Number);
    const created = await numbers(npz, 'game_created', Float64Array);
    const quality = await numbers(npz, 'game_quality', Float32Array);
    const ids = toTexts(await npz.load('game_id'), path);
    const games = ids.map((id, i) => ({ id, created: created[i], quality: quality[i] }));
    checkIndices(path, samples, gameOfRow, moveStart, games.length);
    const rows = new Uint32Array(games.length);
    for (const game of gameOfRow) rows[game]++;
    return { npz, games, rows, gameOfRow, moveStart, checksum: await contentsOf(npz) };
  } catch (cause) {
    npz.close();
    throw cause;
  }
}

async function checkIdentity(npz: NpzFile, config: GameConfig): Promise<void> {
  const { path } = npz;
  if (!npz.has('format')) {
    const other = npz.has('encoder_type') ? ` (its encoder is '${await scalar(npz, 'encoder_type')}')` : '';
    throw mismatch(path, `it is no rr1 training file${other}; make one with rr export --npz`);
  }
  const version = Number(await scalar(npz, 'format_version'));
  for (const [name, expected] of [
    ['format', 'rr1'],
    ['encoder', RR1_ENCODER],
    ['policy', RR1_POLICY],
    ['config', config.key],
  ] as const) {
    const found = await scalar(npz, name);
    if (found !== expected) throw mismatch(path, `its ${name} is '${found}', needed is '${expected}'`);
  }
  if (version > RR1_FORMAT_VERSION)
    throw mismatch(path, `its format version ${version} is newer than ${RR1_FORMAT_VERSION}`);
}

/** The config a training file was made for. @throws RrError TRAINING_MISMATCH when it is no rr1 file, FILE_CORRUPT */
export async function configOfFile(path: string): Promise<string> {
  const npz = await openNpz(path);
  try {
    if (!npz.has('format') || !npz.has('config')) throw mismatch(path, 'it is no rr1 training file');
    const config = await scalar(npz, 'config');
    if (typeof config !== 'string') throw damaged(path, 'array config holds no text');
    return config;
  } finally {
    npz.close();
  }
}

/** @throws RrError FILE_CORRUPT for an array of another shape */
async function scalar(npz: NpzFile, name: string): Promise<unknown> {
  const array = await npz.load(name);
  if (array.shape.length > 0) throw damaged(npz.path, `array ${name} is not one value but ${array.shape.join(' × ')}`);
  return toScalar(array, npz.path);
}

const mismatch = (where: string, detail: string): RrError => new RrError('TRAINING_MISMATCH', { where, detail });
export const damaged = (path: string, detail: string): RrError => new RrError('FILE_CORRUPT', { path, detail });

async function numbers<T extends NumericData>(
  npz: NpzFile,
  name: string,
  type: abstract new (...parameters: never[]) => T,
): Promise<T> {
  const array = await npz.load(name);
  if (array.kind === 'numeric' && array.data instanceof type) return array.data;
  throw damaged(npz.path, `array ${name} is not of the type that rr1 files have`);
}

function checkIndices(
  path: string,
  samples: number,
  gameOfRow: Uint32Array,
  moveStart: Float64Array,
  games: number,
): void {
  if (gameOfRow.length !== samples) throw damaged(path, `${gameOfRow.length} game numbers for ${samples} samples`);
  if (moveStart.length !== samples + 1 || moveStart[0] !== 0)
    throw damaged(path, 'policy_indptr does not fit the samples');
  for (let row = 0; row < samples; row++) {
    if (moveStart[row + 1] < moveStart[row]) throw damaged(path, 'policy_indptr does not ascend');
    if (gameOfRow[row] >= games) throw damaged(path, `row ${row} belongs to game ${gameOfRow[row]} of ${games}`);
  }
}

/** A text that changes with every value in the file. */
async function contentsOf(npz: NpzFile): Promise<string> {
  const recorded = await npz.checksums();
  if (recorded) return JSON.stringify([...recorded].sort());
  const sums: string[] = [];
  for (const { name } of npz.entries) if (name !== CHECKSUM_ARRAY) sums.push(`${name}:${await npz.checksum(name)}`);
  return sums.join();
}

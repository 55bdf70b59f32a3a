/**
 * Reads rr1 training files into memory: what they say about themselves is checked first, then the games of the replay
 * window are chosen, and only their rows are kept. Every kept row is checked (check.ts).
 */
import { createHash } from 'node:crypto';
import { RrError } from '../../core/errors.ts';
import { BOARD_SPECS, type BoardName } from '../../engine/boards.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { CHECKSUM_ARRAY } from '../../io/npz/checksum.ts';
import { toScalar, toTexts } from '../../io/npz/convert.ts';
import type { NumericData } from '../../io/npz/dtype.ts';
import { type NpzFile, openNpz } from '../../io/npz/reader.ts';
import { COUNTERS, layersOf, RR1_ENCODER } from '../../net/encode/rr1/features.ts';
import { RR1_POLICY } from '../../net/encode/rr1/moves.ts';
import { RR1_FORMAT_VERSION } from '../../samples/rr1.ts';
import { checkRows } from './check.ts';
import { shared, type TrainingGame, type TrainingRows } from './rows.ts';
import { selectGames, type WindowSettings } from './window.ts';

export interface TrainingData {
  readonly rows: TrainingRows;
  readonly games: readonly TrainingGame[];
  /** Rows and games of all files, before the window. */
  readonly available: { readonly rows: number; readonly games: number };
  /** SHA-256 over the checksums of the files, in order: two data sets with equal fingerprints are equal. */
  readonly fingerprint: string;
}

/** Rows read at a time. */
const BATCH_ROWS = 4096;
const MOVE_BATCH_ROWS = 1 << 18;

/**
 * Loads the window of `paths`, older files first.
 * @throws RrError FILE_NOT_FOUND, FILE_CORRUPT, NPZ_ARRAY_MISSING, TRAINING_MISMATCH (another encoder, policy layout,
 *   config or format), TRAINING_EMPTY, TRAINING_DATA
 */
export async function loadTrainingData(
  paths: readonly string[],
  config: GameConfig,
  window: WindowSettings,
): Promise<TrainingData> {
  const files: SourceFile[] = [];
  try {
    for (const path of paths) files.push(await inspect(path, config));
    const kept = selectGames(files, window);
    const plans = files.map((file, i) => planFile(file, kept[i]));
    const total = plans.reduce((sum, plan) => sum + plan.numbers.length, 0);
    if (total === 0) throw new RrError('TRAINING_EMPTY', { where: paths.join(', ') });
    const rows = allocateRows(
      config,
      total,
      plans.reduce((sum, plan) => sum + plan.moves, 0),
    );
    const games: TrainingGame[] = [];
    let first = 0;
    for (const plan of plans) {
      await readFile(plan, rows, first, games);
      checkRows(rows, { path: plan.file.npz.path, first, numbers: plan.numbers });
      first += plan.numbers.length;
    }
    const fingerprint = createHash('sha256');
    for (const { checksum } of files) fingerprint.update(checksum);
    return {
      rows,
      games,
      available: {
        rows: files.reduce((sum, file) => sum + file.gameOfRow.length, 0),
        games: files.reduce((sum, file) => sum + file.games.length, 0),
      },
      fingerprint: fingerprint.digest('hex'),
    };
  } finally {
    for (const { npz } of files) npz.close();
  }
}

interface SourceFile {
  readonly npz: NpzFile;
  readonly games: readonly TrainingGame[];
  readonly rows: Uint32Array;
  readonly gameOfRow: Uint32Array;
  readonly moveStart: Float64Array;
  readonly checksum: string;
}

async function inspect(path: string, config: GameConfig): Promise<SourceFile> {
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

/** The config a training file was made for. @throws RrError TRAINING_MISMATCH when it is no rr1 file */
export async function configOfFile(path: string): Promise<string> {
  const npz = await openNpz(path);
  try {
    if (!npz.has('format') || !npz.has('config')) throw mismatch(path, 'it is no rr1 training file');
    return String(await scalar(npz, 'config'));
  } finally {
    npz.close();
  }
}

const scalar = async (npz: NpzFile, name: string): Promise<unknown> => toScalar(await npz.load(name), npz.path);

const mismatch = (where: string, detail: string): RrError => new RrError('TRAINING_MISMATCH', { where, detail });
const damaged = (path: string, detail: string): RrError => new RrError('FILE_CORRUPT', { path, detail });

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

/** Which rows of a file are kept. */
interface FilePlan {
  readonly file: SourceFile;
  /** The file's own numbers of the kept rows, ascending. */
  readonly numbers: Uint32Array;
  readonly keep: Uint8Array;
  /** Legal moves of the kept rows. */
  readonly moves: number;
  readonly keptGames: Uint8Array;
}

function planFile(file: SourceFile, keptGames: Uint8Array): FilePlan {
  const { gameOfRow, moveStart } = file;
  const keep = Uint8Array.from(gameOfRow, (game) => keptGames[game]);
  const numbers = new Uint32Array(keep.reduce((sum, bit) => sum + bit, 0));
  let next = 0;
  let moves = 0;
  for (let row = 0; row < keep.length; row++) {
    if (keep[row] === 0) continue;
    numbers[next++] = row;
    moves += moveStart[row + 1] - moveStart[row];
  }
  return { file, numbers, keep, moves, keptGames };
}

function allocateRows({ board, players }: GameConfig, count: number, moves: number): TrainingRows {
  const { cells } = BOARD_SPECS[board];
  return {
    board: board satisfies BoardName,
    players,
    count,
    cells: shared.bytes(count * layersOf(players) * cells),
    counters: shared.shorts(count * COUNTERS),
    moveStart: shared.indices(count + 1),
    kind: shared.bytes(moves),
    moveCells: shared.shorts(3 * moves),
    number: shared.floats(moves),
    probability: shared.floats(moves),
    value: shared.floats(count * players),
    ringMargin: shared.floats(count * players),
    territoryMargin: shared.floats(count * players),
    ownership: shared.bytes(count * cells),
    pliesLeft: shared.integers(count),
    searched: shared.bytes(count),
    weight: shared.floats(count),
    learnsPolicy: shared.bytes(count),
    game: shared.indices(count),
  };
}

async function readFile(plan: FilePlan, rows: TrainingRows, first: number, games: TrainingGame[]): Promise<void> {
  const { file, keep, keptGames } = plan;
  const { npz, moveStart, gameOfRow } = file;
  const { players } = rows;
  const { cells } = BOARD_SPECS[rows.board];
  const newNumber = new Uint32Array(file.games.length);
  file.games.forEach((game, i) => {
    if (keptGames[i]) newNumber[i] = games.push(game) - 1;
  });

  const firstMove = rows.moveStart[first];
  plan.numbers.forEach((row, i) => {
    rows.game[first + i] = newNumber[gameOfRow[row]];
    rows.moveStart[first + i + 1] = rows.moveStart[first + i] + moveStart[row + 1] - moveStart[row];
  });

  const perRow = (name: string, target: Target, size: number): Promise<void> =>
    readColumn(npz, name, target, {
      size,
      offset: first * size,
      count: keep.length,
      batch: BATCH_ROWS,
      keeps: (row) => keep[row] === 1,
    });
  await perRow('features', rows.cells, layersOf(players) * cells);
  await perRow('counters', rows.counters, COUNTERS);
  await perRow('value', rows.value, players);
  await perRow('ring_margin', rows.ringMargin, players);
  await perRow('territory_margin', rows.territoryMargin, players);
  await perRow('ownership', rows.ownership, cells);
  await perRow('plies_left', rows.pliesLeft, 1);
  await perRow('searched', rows.searched, 1);
  await perRow('weight', rows.weight, 1);

  const total = moveStart[moveStart.length - 1];
  const perMove = async (name: string, target: Target, size: number): Promise<void> => {
    // moves come in order, so the row of the next one is found by walking on
    let row = 0;
    const keeps = (move: number): boolean => {
      while (moveStart[row + 1] <= move) row++;
      return keep[row] === 1;
    };
    await readColumn(npz, name, target, {
      size,
      offset: firstMove * size,
      count: total,
      batch: MOVE_BATCH_ROWS,
      keeps,
    });
  };
  await perMove('policy_kind', rows.kind, 1);
  await perMove('policy_cells', rows.moveCells, 3);
  await perMove('policy_number', rows.number, 1);
  await perMove('policy_prob', rows.probability, 1);
}

type Target = Uint8Array | Int16Array | Int32Array | Uint32Array | Float32Array;

interface ColumnPart {
  /** Numbers per row. */
  readonly size: number;
  /** Where the first kept row goes. */
  readonly offset: number;
  /** Rows the array has to have. */
  readonly count: number;
  readonly batch: number;
  /** Called once for each row, ascending. */
  readonly keeps: (row: number) => boolean;
}

async function readColumn(npz: NpzFile, name: string, target: Target, part: ColumnPart): Promise<void> {
  const { size, count, batch, keeps } = part;
  const { shape } = await npz.header(name);
  const found = shape.slice(1).reduce((product, dim) => product * dim, 1);
  if (shape[0] !== count || found !== size) throw damaged(npz.path, `array ${name} has shape [${shape}]`);
  let at = part.offset;
  for await (const { start, rows, data } of npz.rows(name, batch)) {
    if (!sameType(data, target)) throw damaged(npz.path, `array ${name} is not of the type that rr1 files have`);
    // runs of kept rows are copied at once
    let run = -1;
    for (let i = 0; i <= rows; i++) {
      const kept = i < rows && keeps(start + i);
      if (kept && run < 0) run = i;
      if (kept || run < 0) continue;
      target.set(data.subarray(run * size, i * size), at);
      at += (i - run) * size;
      run = -1;
    }
  }
}

const sameType = (data: NumericData, target: Target): data is Exclude<NumericData, BigInt64Array | BigUint64Array> =>
  data.constructor === target.constructor;

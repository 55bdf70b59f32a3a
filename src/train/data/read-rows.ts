/** The kept rows of training files, read column by column into memory shared between threads. */
import { BOARD_SPECS, type BoardName } from '../../engine/boards.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import type { NumericData } from '../../io/npz/dtype.ts';
import type { NpzFile } from '../../io/npz/reader.ts';
import { COUNTERS, layersOf } from '../../net/encode/rr1/features.ts';
import { shared, type TrainingGame, type TrainingRows } from './rows.ts';
import { damaged, type SourceFile } from './source-file.ts';

/** Rows read at a time. */
export const BATCH_ROWS = 4096;
const MOVE_BATCH_ROWS = 1 << 18;

/** Which rows of a file are kept. */
export interface FilePlan {
  readonly file: SourceFile;
  /** The file's own numbers of the kept rows, ascending. */
  readonly numbers: Uint32Array;
  readonly keep: Uint8Array;
  /** Legal moves of the kept rows. */
  readonly moves: number;
  readonly keptGames: Uint8Array;
}

export function planFile(file: SourceFile, keptGames: Uint8Array): FilePlan {
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

export function allocateRows({ board, players }: GameConfig, count: number, moves: number): TrainingRows {
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

/** Reads the kept rows of a file into `rows` from number `first` on, and adds its kept games to `games`. */
export async function readRows(
  plan: FilePlan,
  rows: TrainingRows,
  first: number,
  games: TrainingGame[],
): Promise<void> {
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

export interface ColumnPart {
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

export async function readColumn(npz: NpzFile, name: string, target: Target, part: ColumnPart): Promise<void> {
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

/**
 * Images of stored samples under the symmetries of a board (engine/symmetry.ts says which ones the rules respect).
 * Counters, numbers and values stay as they are; cells and move rows are carried along.
 */
import type { BoardName } from '../../../engine/boards.ts';
import { symmetryTable } from '../../../engine/symmetry.ts';
import { topologyOf } from '../../../engine/topology.ts';
import { boxOf } from '../box.ts';
import { MOVE_COLUMNS, MOVE_KINDS } from './moves.ts';

/** Carries `layers` layers of per-cell bytes (engine order) from `source` to `target`, which must not overlap. */
export function transformCells(
  board: BoardName,
  t: number,
  source: Uint8Array,
  sourceOffset: number,
  target: Uint8Array,
  targetOffset: number,
  layers: number,
): void {
  const table = symmetryTable(board, t);
  const count = table.length;
  for (let layer = 0; layer < layers; layer++) {
    const from = sourceOffset + layer * count;
    const to = targetOffset + layer * count;
    for (let cell = 0; cell < count; cell++) target[to + table[cell]] = source[from + cell];
  }
}

const FIRST_LINE = MOVE_KINDS.indexOf('process_line');
const LINE_WINDOW = MOVE_KINDS.indexOf('line_window');

/**
 * Replaces rows `start` … `end` − 1 of moves (moves.ts) by their images, in place. Lines run along the positive direction
 * of their axis, so an image may have to be turned round. `lineLength` is the sample's Counter.lineLength.
 */
export function transformMoves(
  board: BoardName,
  t: number,
  rows: Int32Array,
  start: number,
  end: number,
  lineLength: number,
): void {
  const table = boxTable(board, t);
  for (let at = start * MOVE_COLUMNS; at < end * MOVE_COLUMNS; at += MOVE_COLUMNS) {
    for (let column = 2; column < MOVE_COLUMNS; column++) {
      if (rows[at + column] >= 0) rows[at + column] = table[rows[at + column]];
    }
    const kind = rows[at + 1];
    if (kind >= FIRST_LINE && kind <= LINE_WINDOW) turnLine(board, rows, at, lineLength);
  }
}

function turnLine(board: BoardName, rows: Int32Array, at: number, lineLength: number): void {
  const topology = topologyOf(board);
  const { cellAt, ofCell } = boxOf(topology);
  const first = rows[at + 2];
  const direction = topology.direction[cellAt[first] * topology.cells + cellAt[rows[at + 3]]];
  if (topology.axes.includes(direction)) return;
  rows[at + 2] = rows[at + 3];
  rows[at + 3] = first;
  if (rows[at + 1] !== LINE_WINDOW) return;
  let end = cellAt[rows[at + 4]];
  for (let i = 1; i < lineLength; i++) end = topology.step[direction * topology.cells + end];
  rows[at + 4] = ofCell[end];
}

const tables = new Map<string, Int16Array>();

/** table[box index] = box index of the image. */
function boxTable(board: BoardName, t: number): Int16Array {
  const id = `${board}:${t}`;
  let table = tables.get(id);
  if (!table) {
    const { area, ofCell } = boxOf(topologyOf(board));
    const cells = symmetryTable(board, t);
    table = new Int16Array(area).fill(-1);
    for (let cell = 0; cell < cells.length; cell++) table[ofCell[cell]] = ofCell[cells[cell]];
    tables.set(id, table);
  }
  return table;
}

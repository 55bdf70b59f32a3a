/**
 * Whether policies belong to the positions that they stand beside. Moves have to be possible there, and the moves that policies
 * prefer have to be those after which the next positions look as they do.
 */
import { BOARD_SPECS } from '../../engine/boards.ts';
import { topologyOf } from '../../engine/topology.ts';
import { boxOf } from '../../net/encode/box.ts';
import { CONTENT_MASK, layersOf } from '../../net/encode/rr1/features.ts';
import { MOVE_KINDS, type MoveKindName } from '../../net/encode/rr1/moves.ts';
import type { TrainingRows } from '../data/rows.ts';

export interface PolicyFigures {
  /** Samples with a move that their position does not allow. */
  readonly impossible: number;
  /** Pairs of successive decisions that were compared. */
  readonly pairs: number;
  /** Probability on moves that changed the board as the next position shows, above what equal chances would give; summed. */
  readonly gained: number;
  /** What honest policies gain at least: their own concentration above equal chances. */
  readonly expected: number;
  /** Standard deviation of `gained` for policies that have nothing to do with their positions. */
  readonly noise: number;
}

/** Contents of a cell, owners left out: empty, marker, stack, collapsed. */
const classOf = (byte: number): number => ((byte & CONTENT_MASK) + 3) >> 2;
const EMPTY = 0;
const STACK = 2;
/** Content of a stack of the player on turn. */
const OWN_STACK = 5;

const kinds = (...names: MoveKindName[]): ReadonlySet<number> => new Set(names.map((name) => MOVE_KINDS.indexOf(name)));
const PLACEMENTS = kinds('place_1', 'place_2', 'place_3');
const STEPS = kinds('move', 'capture', 'chain');

/** Fewer moves say too little. */
const MIN_MOVES = 4;

export function policyFigures(rows: TrainingRows): PolicyFigures {
  const look = new Look(rows);
  let impossible = 0;
  const next = nextRows(rows);
  const sums = { pairs: 0, gained: 0, expected: 0, variance: 0 };
  for (let row = 0; row < rows.count; row++) {
    if (look.hasImpossibleMove(row)) impossible++;
    const after = next[row];
    if (after >= 0) look.compare(row, after, sums);
  }
  const { pairs, gained, expected, variance } = sums;
  return { impossible, pairs, gained, expected, noise: Math.sqrt(variance) };
}

/** The sample of the same game one move later, by sample; −1 where there is none. */
function nextRows({ count, game, pliesLeft }: TrainingRows): Int32Array {
  const rowAt = new Map<number, number>();
  const key = (g: number, left: number): number => g * 2 ** 20 + left;
  for (let row = 0; row < count; row++) rowAt.set(key(game[row], pliesLeft[row]), row);
  return Int32Array.from({ length: count }, (_, row) => rowAt.get(key(game[row], pliesLeft[row] - 1)) ?? -1);
}

class Look {
  readonly #rows: TrainingRows;
  readonly #cells: number;
  readonly #bytes: number;
  readonly #cellAt: Int16Array;

  constructor(rows: TrainingRows) {
    this.#rows = rows;
    this.#cells = BOARD_SPECS[rows.board].cells;
    this.#bytes = layersOf(rows.players) * this.#cells;
    this.#cellAt = boxOf(topologyOf(rows.board)).cellAt;
  }

  hasImpossibleMove(row: number): boolean {
    const { moveStart, kind, moveCells } = this.#rows;
    for (let move = moveStart[row]; move < moveStart[row + 1]; move++) {
      if (STEPS.has(kind[move])) {
        if (this.#content(row, moveCells[3 * move]) !== OWN_STACK) return true;
      } else if (PLACEMENTS.has(kind[move])) {
        const target = classOf(this.#content(row, moveCells[3 * move + 1]));
        if (target !== EMPTY && target !== STACK) return true;
      }
    }
    return false;
  }

  compare(
    row: number,
    after: number,
    sums: { pairs: number; gained: number; expected: number; variance: number },
  ): void {
    const { moveStart, kind, moveCells, probability } = this.#rows;
    const [start, end] = [moveStart[row], moveStart[row + 1]];
    const moves = end - start;
    if (moves < MIN_MOVES) return;
    let [fitting, mass, squares] = [0, 0, 0];
    for (let move = start; move < end; move++) {
      if (!PLACEMENTS.has(kind[move]) && !STEPS.has(kind[move])) return;
      const p = probability[move];
      squares += p * p;
      const to = moveCells[3 * move + 1];
      const from = moveCells[3 * move];
      if (!this.#changed(row, after, to) || (from >= 0 && !this.#changed(row, after, from))) continue;
      fitting++;
      mass += p;
    }
    const chance = fitting / moves;
    sums.pairs++;
    sums.gained += mass - chance;
    sums.expected += squares - 1 / moves;
    // of a policy of that concentration whose moves are drawn at random
    sums.variance += chance * (1 - chance) * squares;
  }

  #content(row: number, box: number): number {
    return this.#rows.cells[row * this.#bytes + this.#cellAt[box]] & CONTENT_MASK;
  }

  #changed(row: number, after: number, box: number): boolean {
    const { cells } = this.#rows;
    const [here, there] = [row * this.#bytes + this.#cellAt[box], after * this.#bytes + this.#cellAt[box]];
    return classOf(cells[here]) !== classOf(cells[there]) || cells[here + this.#cells] !== cells[there + this.#cells];
  }
}

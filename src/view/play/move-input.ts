/** From what a person types to the moves it may mean. */
import { fieldB, Kind, kindOf, type MoveList } from '../../engine/moves.ts';
import { cellName, cellOfName, moveNotation } from '../../engine/notation.ts';
import type { State } from '../../engine/state.ts';
import { moveMarks } from '../board/marks.ts';

export interface MoveOption {
  readonly move: number;
  /** In notation; a single ring is placed by `d4 x1`, so that a cell alone never is a move. */
  readonly text: string;
  /** Cells it is about, in the order of the notation. */
  readonly cells: readonly number[];
}

export function moveOptions(s: State, legal: MoveList): MoveOption[] {
  return Array.from(legal.moves.subarray(0, legal.length), (move) => {
    const { path, area } = moveMarks(s, move);
    return { move, text: typedText(s, move), cells: [...path, ...area] };
  });
}

/** A move as it can be typed: the notation, with `x1` behind a single ring. */
export function typedText(s: State, move: number): string {
  const text = moveNotation(s, move);
  return kindOf(move) === Kind.place && fieldB(move) === 1 ? `${text} x1` : text;
}

/** The options that `typed` may mean: the one with exactly this notation, else what it filters. Empty when none fits. */
export function matchMoves(s: State, options: readonly MoveOption[], typed: string): readonly MoveOption[] {
  const text = normalised(typed);
  const exact = options.filter((option) => normalised(option.text) === text);
  return exact.length > 0 ? exact.slice(0, 1) : filterMoves(s, options, typed);
}

/**
 * The options that begin with the named cells in this order; else those that have all of them somewhere; else those
 * whose notation begins with the text.
 */
export function filterMoves(s: State, options: readonly MoveOption[], typed: string): readonly MoveOption[] {
  const text = normalised(typed);
  const cells = cellsIn(s, text);
  if (cells !== undefined) {
    const leading = options.filter((option) => cells.every((cell, i) => option.cells[i] === cell));
    return leading.length > 0
      ? leading
      : options.filter((option) => cells.every((cell) => option.cells.includes(cell)));
  }
  return options.filter((option) => normalised(option.text).startsWith(text));
}

const normalised = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, ' ');

/** The cells that the text names, if it names nothing else: `c3`, `c3 d6`, `c3-d6`. */
function cellsIn(s: State, text: string): number[] | undefined {
  const words = text.split(/[\s,>-]+/).filter((word) => word !== '');
  const cells = words.map((word) => cellOfName(s.rules.topology, word));
  return cells.length > 0 && cells.every((cell) => cell >= 0) ? cells : undefined;
}

/** Every cell name of the text that the board does not have, for a helpful answer. */
export function unknownCells(s: State, typed: string): string[] {
  const names = normalised(typed).match(/\b[a-z]\d{1,2}\b/g) ?? [];
  return names.filter((name) => cellOfName(s.rules.topology, name) < 0);
}

/** The cell of this name, or the first one in the row of this number; undefined where the board has neither. */
export function cellOrRow({ rules: { topology } }: State, text: string): number | undefined {
  const isNamed = (_: unknown, cell: number): boolean => {
    const name = cellName(topology, cell);
    return name === text || name.slice(1) === text;
  };
  const cell = topology.x.findIndex(isNamed);
  return cell < 0 ? undefined : cell;
}

/** A cell alone narrows the list and never plays: who looks at what a stack can do has not moved it. */
export const isCellAlone = (s: State, typed: string): boolean => cellsIn(s, normalised(typed))?.length === 1;

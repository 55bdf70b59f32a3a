/** What to point at on a board: the cells that a move is about. */
import { at } from '../../core/at.ts';
import { fieldA, fieldB, fieldC, Kind, kindOf, type MoveList } from '../../engine/moves.ts';
import type { State } from '../../engine/state.ts';
import { lineOf, regionOf } from '../../engine/text.ts';

export interface MoveMarks {
  /** The way of a ring or stack: one cell, from and to, or from, over and to. */
  readonly path: readonly number[];
  /** Cells of a line or region. */
  readonly area: readonly number[];
}

export const NO_MARKS: MoveMarks = { path: [], area: [] };

/** The marks of a legal move in `s`, the position before it. */
export function moveMarks(s: State, move: number): MoveMarks {
  const a = fieldA(move);
  const b = fieldB(move);
  switch (kindOf(move)) {
    case Kind.place:
    case Kind.eliminateLine:
    case Kind.eliminateTerritory:
    case Kind.eliminateRecovery:
    case Kind.forcedElimination:
      return { path: [a], area: [] };
    case Kind.move:
    case Kind.recoverLine:
    case Kind.recoverWindow:
    case Kind.recoverFallback:
    case Kind.recoverStrike:
      return { path: [a, b], area: [] };
    case Kind.capture:
    case Kind.chain:
      return { path: [a, b, fieldC(move)], area: [] };
    case Kind.processLine:
    case Kind.lineAll:
    case Kind.lineWindow:
      return { path: [], area: lineOf(s, move) };
    case Kind.territory:
      return { path: [], area: regionOf(s, move) };
    default:
      return NO_MARKS;
  }
}

/** Cells that differ between two positions: the area of a move that has no packed form. */
export function changedCells(before: readonly string[], after: readonly string[]): number[] {
  return after.flatMap((code, cell) => (code === before[cell] ? [] : [cell]));
}

/** Every cell that one of these moves ends on or is about. */
export function legalTargets(s: State, legal: MoveList): number[] {
  const cells = new Set<number>();
  for (let i = 0; i < legal.length; i++) {
    const { path, area } = moveMarks(s, at(legal.moves, i));
    const last = path.at(-1);
    if (last !== undefined) cells.add(last);
    for (const cell of area) cells.add(cell);
  }
  return [...cells].sort((x, y) => x - y);
}

/** A recorded move beside the position it was made in: what packing it and recognising its variants both work from. */
import type { RawMove } from '../../engine/json/move.ts';
import { readCells } from '../../engine/json/position.ts';
import type { StackOrder } from '../../engine/json/stack-order.ts';
import type { MoveList, MoveType } from '../../engine/moves.ts';
import type { State } from '../../engine/state.ts';

export interface Reading {
  readonly s: State;
  readonly type: MoveType;
  readonly raw: RawMove;
  /** The legal moves of the position. */
  readonly legal: MoveList;
  /** Settles who pays for a recovery that names nobody. */
  readonly order: StackOrder | undefined;
}

/** The moves of a list, for loops. */
export const movesOf = (list: MoveList): Int32Array => list.moves.subarray(0, list.length);

export interface RecordedLine {
  readonly cells: readonly number[];
  readonly collapsed: readonly number[] | null;
}

export function readLine({ s, raw }: Reading): RecordedLine {
  const { topology } = s.rules;
  const line = Array.isArray(raw.formedLines) ? (raw.formedLines[0] as RawMove | undefined) : undefined;
  const cells = readCells(topology, line?.positions, 'formedLines[0].positions');
  const collapsed =
    Array.isArray(raw.collapsedMarkers) && raw.collapsedMarkers.length > 0
      ? readCells(topology, raw.collapsedMarkers, 'collapsedMarkers')
      : null;
  return { cells, collapsed };
}

/** The recorded cells; null when the record names its region by `to` alone. */
export function readRegion({ s, raw }: Reading): number[] | null {
  if (!Array.isArray(raw.disconnectedRegions) || raw.disconnectedRegions.length === 0) return null;
  const region = raw.disconnectedRegions[0] as RawMove | undefined;
  return readCells(s.rules.topology, region?.spaces, 'disconnectedRegions[0].spaces');
}

export function sameSet(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  const set = new Set(a);
  return b.every((cell) => set.has(cell));
}

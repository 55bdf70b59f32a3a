/**
 * Where the cells of a board lie on paper. Unit: the distance of neighbouring cells in a row; x to the right, y down.
 * Rank 1 is at the bottom, as on a chess board, on hexagons too (files then run diagonally).
 */
import { at } from '../../core/at.ts';
import type { BoardName } from '../../engine/boards.ts';
import { cellName } from '../../engine/notation.ts';
import { topologyOf } from '../../engine/topology.ts';

export interface LayoutCell {
  readonly x: number;
  readonly y: number;
  /** `e4` */
  readonly name: string;
}

export interface LayoutLabel {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Plain data: a page carries it as JSON. */
export interface BoardLayout {
  readonly shape: 'square' | 'hex';
  /** Extent of the cells: centres lie half a unit or more inside. Labels lie up to one unit outside. */
  readonly width: number;
  readonly height: number;
  /** By cell number. */
  readonly cells: readonly LayoutCell[];
  /** File letters and rank numbers. */
  readonly labels: readonly LayoutLabel[];
}

/** Distance of neighbouring rows of a hexagonal grid. */
const HEX_ROW = Math.sqrt(3) / 2;

export function boardLayout(board: BoardName): BoardLayout {
  const topology = topologyOf(board);
  const { shape, size, radius } = topology.spec;
  const row = shape === 'square' ? 1 : HEX_ROW;
  const height = (size - 1) * row + (shape === 'square' ? 1 : 2 / Math.sqrt(3));
  const place = (x: number, y: number): { x: number; y: number } =>
    shape === 'square'
      ? { x: x + 0.5, y: size - y - 0.5 }
      : { x: y + x / 2 + radius + 0.5, y: (x + radius) * row + 1 / Math.sqrt(3) };
  const cells = Array.from({ length: topology.cells }, (_, cell) => ({
    ...place(at(topology.x, cell), at(topology.y, cell)),
    name: cellName(topology, cell),
  }));
  return {
    shape,
    width: size,
    height,
    cells,
    labels: shape === 'square' ? squareLabels(size) : hexLabels(radius, place),
  };
}

const letter = (n: number): string => String.fromCharCode(97 + n);

function squareLabels(size: number): LayoutLabel[] {
  const numbers = Array.from({ length: size }, (_, i) => i);
  return [
    ...numbers.map((x) => ({ x: x + 0.5, y: size + 0.38, text: letter(x) })),
    ...numbers.map((y) => ({ x: -0.42, y: size - y - 0.5, text: String(y + 1) })),
  ];
}

/** Ranks at the left end of their rows, files where their diagonal leaves the board at the bottom. */
function hexLabels(radius: number, place: (x: number, y: number) => { x: number; y: number }): LayoutLabel[] {
  const axis = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
  const ranks = axis.map((x) => {
    const first = place(x, Math.max(-radius, -x - radius));
    return { x: first.x - 0.88, y: first.y, text: String(radius - x + 1) };
  });
  const files = axis.map((y) => {
    const last = place(Math.min(radius, radius - y), y);
    return { x: last.x + 0.44, y: last.y + 0.76, text: letter(y + radius) };
  });
  return [...ranks, ...files];
}

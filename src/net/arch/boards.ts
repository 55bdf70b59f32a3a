/** The boxes in which networks see the four boards. A square board fills its box, a hexagon leaves two corners empty. */

import type { BoardName } from '../../engine/boards.ts';

/** Boards of one family share a network: the tower does not depend on the size of the box. */
export const FAMILIES = ['square', 'hex'] as const;
export type Family = (typeof FAMILIES)[number];

/** A box of height × width cells, row-major, and which of its cells are on the board. */
export interface BoardBox {
  readonly name: BoardName;
  readonly family: Family;
  readonly height: number;
  readonly width: number;
  /** 1 for each of the height·width cells that is on the board, else 0. */
  readonly valid: Uint8Array;
  /** Number of cells on the board. */
  readonly cells: number;
}

function box(name: BoardName, family: Family, size: number): BoardBox {
  const radius = (size - 1) / 2;
  const valid = new Uint8Array(size * size).fill(1);
  if (family === 'hex') {
    // Axial coordinates (q, r) = (x − radius, y − radius): on the board when |q|, |r| and |q + r| are ≤ radius.
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) valid[y * size + x] = Math.abs(x + y - 2 * radius) <= radius ? 1 : 0;
    }
  }
  return { name, family, height: size, width: size, valid, cells: valid.reduce((sum, bit) => sum + bit, 0) };
}

export const BOARD_BOXES: Readonly<Record<BoardName, BoardBox>> = {
  square8: box('square8', 'square', 8),
  square19: box('square19', 'square', 19),
  hex8: box('hex8', 'hex', 9),
  hexagonal: box('hexagonal', 'hex', 25),
};

/**
 * Which of the nine taps (dy·3 + dx) of a kernel a family uses. The six neighbours of a hex cell are (±1, 0), (0, ±1),
 * (+1, −1) and (−1, +1) in axial coordinates; the taps (−1, −1) and (+1, +1) are not neighbours and stay zero.
 */
export const KERNEL_TAPS: Readonly<Record<Family, readonly number[]>> = {
  square: [1, 1, 1, 1, 1, 1, 1, 1, 1],
  hex: [0, 1, 1, 1, 1, 1, 1, 1, 0],
};

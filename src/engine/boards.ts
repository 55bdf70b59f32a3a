/** The four boards, the twelve configurations and the numbers that follow from them (docs/rules.md §1.1). */

export const BOARDS = ['square8', 'square19', 'hex8', 'hexagonal'] as const;
export type BoardName = (typeof BOARDS)[number];

export const PLAYER_COUNTS = [2, 3, 4] as const;
export type PlayerCount = (typeof PLAYER_COUNTS)[number];

export interface BoardSpec {
  readonly name: BoardName;
  readonly shape: 'square' | 'hex';
  /** Side of the square box the board is drawn on: 8, 19, 9, 25. */
  readonly size: number;
  /** Hex radius; 0 on square boards. */
  readonly radius: number;
  readonly cells: number;
  /** Own-colour rings per player in the standard rules. */
  readonly ringsPerPlayer: number;
  /** Shortest run the line finder sees (the "base" length), whatever the number of players. */
  readonly baseLineLength: number;
}

export const BOARD_SPECS: Readonly<Record<BoardName, BoardSpec>> = {
  square8: { name: 'square8', shape: 'square', size: 8, radius: 0, cells: 64, ringsPerPlayer: 18, baseLineLength: 3 },
  square19: {
    name: 'square19',
    shape: 'square',
    size: 19,
    radius: 0,
    cells: 361,
    ringsPerPlayer: 72,
    baseLineLength: 4,
  },
  hex8: { name: 'hex8', shape: 'hex', size: 9, radius: 4, cells: 61, ringsPerPlayer: 18, baseLineLength: 4 },
  hexagonal: {
    name: 'hexagonal',
    shape: 'hex',
    size: 25,
    radius: 12,
    cells: 469,
    ringsPerPlayer: 96,
    baseLineLength: 4,
  },
};

export function isBoardName(text: string): text is BoardName {
  return (BOARDS as readonly string[]).includes(text);
}

export function isPlayerCount(n: number): n is PlayerCount {
  return n === 2 || n === 3 || n === 4;
}

/**
 * Length a run must have to be a line for `players`: 3 on the small boards with 3–4 players, else 4 (docs/rules.md
 * §1.1).
 */
export function effectiveLineLength(board: BoardName, players: PlayerCount): number {
  const small = board === 'square8' || board === 'hex8';
  return small && players > 2 ? 3 : 4;
}

/**
 * A move in 32 bits: `kind | a << 5 | b << 14 | c << 23`, where a, b, c are cells (or small numbers) of 9 bits.
 *
 *   place_ring           a = cell, b = count 1–3
 *   move_stack           a = from, b = landing
 *   captures             a = from, b = target, c = landing
 *   recovery             a = from, b = destination, c = stack that pays (NO_CELL for the short collapse)
 *   lines                a = first cell, b = last cell along the axis, c = first cell of the collapsed window
 *   choose_territory     a = first cell of the region in scan order, b = border colour (0 = walls only)
 *   eliminations         a = stack
 *
 * A packed move means something only together with the position it was generated for. Records carry full moves (json/).
 */

export const Kind = {
  place: 0,
  skipPlacement: 1,
  noPlacement: 2,
  swap: 3,
  move: 4,
  capture: 5,
  chain: 6,
  skipCapture: 7,
  recoverLine: 8,
  recoverWindow: 9,
  recoverFallback: 10,
  recoverStrike: 11,
  skipRecovery: 12,
  noMovement: 13,
  processLine: 14,
  lineAll: 15,
  lineWindow: 16,
  noLine: 17,
  eliminateLine: 18,
  territory: 19,
  skipTerritory: 20,
  eliminateTerritory: 21,
  eliminateRecovery: 22,
  noTerritory: 23,
  forcedElimination: 24,
  resign: 25,
  timeout: 26,
} as const;

/** Record type of each kind, by kind number. */
export const MOVE_TYPES = [
  'place_ring',
  'skip_placement',
  'no_placement_action',
  'swap_sides',
  'move_stack',
  'overtaking_capture',
  'continue_capture_segment',
  'skip_capture',
  'recovery_slide',
  'recovery_slide',
  'recovery_slide',
  'recovery_slide',
  'skip_recovery',
  'no_movement_action',
  'process_line',
  'choose_line_option',
  'choose_line_option',
  'no_line_action',
  'eliminate_rings_from_stack',
  'choose_territory_option',
  'skip_territory_processing',
  'eliminate_rings_from_stack',
  'eliminate_rings_from_stack',
  'no_territory_action',
  'forced_elimination',
  'resign',
  'timeout',
] as const;
export type MoveType = (typeof MOVE_TYPES)[number];

/** "No cell" in a 9-bit field. */
export const NO_CELL = 511;

export function packMove(kind: number, a = 0, b = 0, c = 0): number {
  return kind | (a << 5) | (b << 14) | (c << 23);
}
export const kindOf = (move: number): number => move & 31;
export const fieldA = (move: number): number => (move >>> 5) & 511;
export const fieldB = (move: number): number => (move >>> 14) & 511;
export const fieldC = (move: number): number => move >>> 23;

/** Kinds that record that nothing could be done; the engine plays them by itself in `advance`. */
export const isBookkeeping = (kind: number): boolean =>
  kind === Kind.noPlacement || kind === Kind.noMovement || kind === Kind.noLine || kind === Kind.noTerritory;

/**
 * Kinds after which a player has still "done nothing this turn" (docs/rules.md §3.2): bookkeeping and voluntary skips.
 */
export const isPassive = (kind: number): boolean =>
  isBookkeeping(kind) ||
  kind === Kind.skipPlacement ||
  kind === Kind.skipCapture ||
  kind === Kind.skipRecovery ||
  kind === Kind.skipTerritory;

/** A growable list of packed moves that is filled again and again without allocating. */
export class MoveList {
  moves: Int32Array;
  length = 0;

  constructor(capacity = 1024) {
    this.moves = new Int32Array(capacity);
  }

  push(move: number): void {
    if (this.length === this.moves.length) this.#grow();
    this.moves[this.length++] = move;
  }

  /** Move number `index` of the list. @throws RangeError when there is none */
  at(index: number): number {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`no move ${index} of ${this.length}`);
    return this.moves[index];
  }

  includes(move: number): boolean {
    for (let i = 0; i < this.length; i++) if (this.moves[i] === move) return true;
    return false;
  }

  #grow(): void {
    const larger = new Int32Array(this.moves.length * 2);
    larger.set(this.moves);
    this.moves = larger;
  }
}

import { Phase } from './phases.ts';
import type { Rules } from './rules.ts';
import { CONTENT_CODES } from './zobrist.ts';

/** Indices into `meta`: one word each. Only the classes that make up State use them. */
export const PHASE = 0;
export const PLAYER = 1;
export const WINNER = 2;
export const OUTCOME = 3;
export const DETECTOR = 4;
export const MUST_MOVE = 5;
export const ATTACKER = 6;
export const OWES_LINE = 7;
export const OWES_REGION = 8;
export const ACTED = 9;
export const RECOVERED = 10;
export const MOVED = 11;
export const LAST_ACTOR = 12;
export const PLY = 13;
export const LPS_FIRST = 14;
export const LPS_MASK = 15;
export const LPS_COUNT = 16;
export const LPS_HOLDER = 17;
export const LPS_ROUND = 18;
export const STACKS = 19;
export const FREE_RING = 20;
export const KEY_LO = 21;
export const KEY_HI = 22;
const META_WORDS = 24;

/** Per-player tables have five words so that seats 1–4 index them directly. */
const SEATS = 5;
/** hand, eliminated, territory, onBoard, controlled, markers, collapsed, goneAt */
const SEAT_TABLES = 8;

/** The memory of a position. One ArrayBuffer, so that a copy is a single memory copy and nothing is ever allocated per ply:
 *
 *   meta  Int32[24]                 phase, player, obligations, counters, key (names above)
 *   seats Int32[8 × 5]              per-player counts
 *   planes Int32[13 × size]         bit board of each content code, words as in Topology.row and .bit
 *   stackLo, stackHi Int32[cells]   polynomial hash of the rings of the stack on a cell
 *   height, cap      Int16[cells]   rings in the stack, length of the top run of one colour
 *   top, bottom      Int16[cells]   first and last ring node of the stack
 *   nextRing         Int16[rings]   ring below, −1 at the bottom; free nodes are chained the same way
 *   ringColour       Uint8[rings]
 *   content          Uint8[cells]   what the cell holds (codes above)
 *
 * Every change of a cell goes through the methods of State, which keep counts and key in step. */
export class StateMemory {
  readonly rules: Rules;
  readonly buffer: ArrayBuffer;
  readonly meta: Int32Array;
  readonly hand: Int32Array;
  readonly eliminated: Int32Array;
  /** Territory score: cells credited to the player. */
  readonly territory: Int32Array;
  /** Rings of the player's colour in any stack. */
  readonly onBoard: Int32Array;
  readonly controlled: Int32Array;
  readonly markers: Int32Array;
  readonly collapsed: Int32Array;
  /** Ply after which the player had no ring anywhere; 0 while there is one. */
  readonly goneAt: Int32Array;
  readonly height: Int16Array;
  readonly cap: Int16Array;
  readonly top: Int16Array;
  readonly bottom: Int16Array;
  readonly nextRing: Int16Array;
  readonly ringColour: Uint8Array;
  readonly content: Uint8Array;
  /** planes[code · size + row]: which cells hold that content, as bits; what whole-board scans work on. */
  readonly planes: Int32Array;
  protected readonly stackLo: Int32Array;
  protected readonly stackHi: Int32Array;
  readonly #bytes: Uint8Array;

  /** The start position: empty board, all rings in hand, player 1 to place. */
  constructor(rules: Rules) {
    const cells = rules.topology.cells;
    const rings = rules.ringCapacity;
    const size = rules.topology.spec.size;
    this.rules = rules;
    this.buffer = new ArrayBuffer(
      4 * (META_WORDS + SEATS * SEAT_TABLES + CONTENT_CODES * size + 2 * cells) +
        2 * (4 * cells + rings) +
        rings +
        cells,
    );
    let offset = 0;
    const int32 = (n: number): Int32Array => {
      offset += 4 * n;
      return new Int32Array(this.buffer, offset - 4 * n, n);
    };
    const int16 = (n: number): Int16Array => {
      offset += 2 * n;
      return new Int16Array(this.buffer, offset - 2 * n, n);
    };
    const uint8 = (n: number): Uint8Array => {
      offset += n;
      return new Uint8Array(this.buffer, offset - n, n);
    };
    this.meta = int32(META_WORDS);
    const seats = int32(SEATS * SEAT_TABLES);
    const seatTable = (i: number): Int32Array => seats.subarray(i * SEATS, (i + 1) * SEATS);
    this.hand = seatTable(0);
    this.eliminated = seatTable(1);
    this.territory = seatTable(2);
    this.onBoard = seatTable(3);
    this.controlled = seatTable(4);
    this.markers = seatTable(5);
    this.collapsed = seatTable(6);
    this.goneAt = seatTable(7);
    this.planes = int32(CONTENT_CODES * size);
    this.stackLo = int32(cells);
    this.stackHi = int32(cells);
    this.height = int16(cells);
    this.cap = int16(cells);
    this.top = int16(cells);
    this.bottom = int16(cells);
    this.nextRing = int16(rings);
    this.ringColour = uint8(rings);
    this.content = uint8(cells);
    this.#bytes = new Uint8Array(this.buffer);
    this.reset();
  }

  reset(): void {
    this.#bytes.fill(0);
    this.meta[PHASE] = Phase.placement;
    this.meta[PLAYER] = 1;
    this.meta[MUST_MOVE] = -1;
    this.meta[ATTACKER] = -1;
    this.top.fill(-1);
    this.bottom.fill(-1);
    const rings = this.nextRing.length;
    for (let i = 0; i < rings; i++) this.nextRing[i] = i + 1;
    this.nextRing[rings - 1] = -1;
    for (let p = 1; p <= this.rules.players; p++) this.hand[p] = this.rules.supply;
  }

  /** Makes this position equal to `other`, bit for bit. Both must have been made from equal rules. No allocation. */
  copyFrom(other: StateMemory): void {
    this.#bytes.set(other.#bytes);
  }

  equals(other: StateMemory): boolean {
    return this.#bytes.every((byte, i) => byte === other.#bytes[i]);
  }
}

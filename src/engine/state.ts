import { Phase } from './phases.ts';
import type { Rules } from './rules.ts';
import { CONTENT_CODES, mix32, type Zobrist, zobristOf } from './zobrist.ts';

/** Content codes of a cell: 0 empty, MARKER + p, STACK + p (p controls), COLLAPSED + p. Codes from STACK on block. */
export const MARKER = 0;
export const STACK = 4;
export const COLLAPSED = 8;

/** Indices into `meta`: one word each. */
const PHASE = 0;
const PLAYER = 1;
const WINNER = 2;
const OUTCOME = 3;
const DETECTOR = 4;
const MUST_MOVE = 5;
const ATTACKER = 6;
const OWES_LINE = 7;
const OWES_REGION = 8;
const ACTED = 9;
const RECOVERED = 10;
const MOVED = 11;
const LAST_ACTOR = 12;
const PLY = 13;
const LPS_FIRST = 14;
const LPS_MASK = 15;
const LPS_COUNT = 16;
const LPS_HOLDER = 17;
const LPS_ROUND = 18;
const STACKS = 19;
const FREE_RING = 20;
const KEY_LO = 21;
const KEY_HI = 22;
const META_WORDS = 24;

/** Per-player tables have five words so that seats 1–4 index them directly. */
const SEATS = 5;
/** hand, eliminated, territory, onBoard, controlled, markers, collapsed, goneAt */
const SEAT_TABLES = 8;

/** Multipliers of the polynomial that hashes the rings of a stack, bottom to top, in two independent halves. */
const BASE_LO = 0x2545f491;
const BASE_HI = 0x5851f42d;

/** A position. One ArrayBuffer, so that a copy is a single memory copy and nothing is ever allocated per ply:
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
 * Every change of a cell goes through the methods below, which keep counts and key in step. */
export class State {
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
  private readonly size: number;
  private readonly row: Uint8Array;
  private readonly bit: Int32Array;
  private readonly seats: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly stackLo: Int32Array;
  private readonly stackHi: Int32Array;
  private readonly zobrist: Zobrist;
  private readonly powLo: Int32Array;
  private readonly powHi: Int32Array;

  /** The start position: empty board, all rings in hand, player 1 to place. */
  constructor(rules: Rules) {
    const cells = rules.topology.cells;
    const rings = rules.ringCapacity;
    const size = rules.topology.spec.size;
    this.rules = rules;
    this.size = size;
    this.row = rules.topology.row;
    this.bit = rules.topology.bit;
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
    this.seats = int32(SEATS * SEAT_TABLES);
    const seatTable = (i: number): Int32Array => this.seats.subarray(i * SEATS, (i + 1) * SEATS);
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
    this.bytes = new Uint8Array(this.buffer);
    this.zobrist = zobristOf(rules.topology);
    this.powLo = powers(BASE_LO, rings + 1);
    this.powHi = powers(BASE_HI, rings + 1);
    this.reset();
  }

  reset(): void {
    this.bytes.fill(0);
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
  copyFrom(other: State): void {
    this.bytes.set(other.bytes);
  }

  /** Takes over everything but the board: scores, hands, phase, obligations, rounds. Cells of obligations stay as they are. */
  copyTurnFrom(other: State): void {
    for (let word = PHASE; word <= LPS_ROUND; word++) this.meta[word] = other.meta[word];
    this.hand.set(other.hand);
    this.eliminated.set(other.eliminated);
    this.territory.set(other.territory);
    this.goneAt.set(other.goneAt);
  }

  clone(): State {
    const copy = new State(this.rules);
    copy.copyFrom(this);
    return copy;
  }

  equals(other: State): boolean {
    return Buffer.compare(this.bytes, other.bytes) === 0;
  }

  get phase(): number {
    return this.meta[PHASE];
  }
  set phase(value: number) {
    this.meta[PHASE] = value;
  }
  /** Player to move, 1-based. */
  get player(): number {
    return this.meta[PLAYER];
  }
  set player(value: number) {
    this.meta[PLAYER] = value;
  }
  get isOver(): boolean {
    return this.meta[PHASE] === Phase.over;
  }
  /** Winning player, 0 while the game runs (and after a resignation among more than two). */
  get winner(): number {
    return this.meta[WINNER];
  }
  get outcome(): number {
    return this.meta[OUTCOME];
  }
  get detector(): number {
    return this.meta[DETECTOR];
  }
  /** The stack placed this turn, which alone may move; −1 if free. */
  get mustMove(): number {
    return this.meta[MUST_MOVE];
  }
  set mustMove(cell: number) {
    this.meta[MUST_MOVE] = cell;
  }
  /** The stack that may capture in the phases capture and chain_capture; −1 otherwise. */
  get attacker(): number {
    return this.meta[ATTACKER];
  }
  set attacker(cell: number) {
    this.meta[ATTACKER] = cell;
  }
  /** A ring is owed for a collapsed line. */
  get owesLine(): boolean {
    return this.meta[OWES_LINE] === 1;
  }
  set owesLine(value: boolean) {
    this.meta[OWES_LINE] = value ? 1 : 0;
  }
  /** The last move processed a region whose elimination is still to come. */
  get owesRegion(): boolean {
    return this.meta[OWES_REGION] === 1;
  }
  set owesRegion(value: boolean) {
    this.meta[OWES_REGION] = value ? 1 : 0;
  }
  /** The player has done more than bookkeeping and skips since another player last moved. */
  get acted(): boolean {
    return this.meta[ACTED] === 1;
  }
  set acted(value: boolean) {
    this.meta[ACTED] = value ? 1 : 0;
  }
  /** A recovery slide is among those moves. */
  get recovered(): boolean {
    return this.meta[RECOVERED] === 1;
  }
  set recovered(value: boolean) {
    this.meta[RECOVERED] = value ? 1 : 0;
  }
  /** Bit p−1: player p has made a move (decides when the pie rule is on offer). */
  get movedMask(): number {
    return this.meta[MOVED];
  }
  set movedMask(mask: number) {
    this.meta[MOVED] = mask;
  }
  get lastActor(): number {
    return this.meta[LAST_ACTOR];
  }
  set lastActor(player: number) {
    this.meta[LAST_ACTOR] = player;
  }
  /** Moves made, bookkeeping included. */
  get ply(): number {
    return this.meta[PLY];
  }
  set ply(value: number) {
    this.meta[PLY] = value;
  }
  get stacks(): number {
    return this.meta[STACKS];
  }
  get lpsFirst(): number {
    return this.meta[LPS_FIRST];
  }
  set lpsFirst(player: number) {
    this.meta[LPS_FIRST] = player;
  }
  get lpsMask(): number {
    return this.meta[LPS_MASK];
  }
  set lpsMask(mask: number) {
    this.meta[LPS_MASK] = mask;
  }
  get lpsCount(): number {
    return this.meta[LPS_COUNT];
  }
  set lpsCount(count: number) {
    this.meta[LPS_COUNT] = count;
  }
  get lpsHolder(): number {
    return this.meta[LPS_HOLDER];
  }
  set lpsHolder(player: number) {
    this.meta[LPS_HOLDER] = player;
  }
  get lpsRound(): number {
    return this.meta[LPS_ROUND];
  }
  set lpsRound(round: number) {
    this.meta[LPS_ROUND] = round;
  }

  end(winner: number, outcome: number, detector: number): void {
    this.meta[WINNER] = winner;
    this.meta[OUTCOME] = outcome;
    this.meta[DETECTOR] = detector;
    this.meta[PHASE] = Phase.over;
  }

  /** Player whose ring is on top of the stack; only for cells that hold one. */
  controller(cell: number): number {
    return this.content[cell] - STACK;
  }

  /** Rings in hand or in any stack, buried ones included. */
  hasMaterial(player: number): boolean {
    return this.hand[player] + this.onBoard[player] > 0;
  }

  /** A ring of `player` below the top of the stack on `cell`. */
  hasBuried(cell: number, player: number): boolean {
    for (let ring = this.nextRing[this.top[cell]]; ring >= 0; ring = this.nextRing[ring]) {
      if (this.ringColour[ring] === player) return true;
    }
    return false;
  }

  /** Ring colours of the stack on `cell`, top to bottom. Allocates: for edges, not for play. */
  rings(cell: number): number[] {
    const rings: number[] = [];
    if (this.height[cell] === 0) return rings;
    for (let ring = this.top[cell]; ring >= 0; ring = this.nextRing[ring]) rings.push(this.ringColour[ring]);
    return rings;
  }

  // ---- markers and collapsed cells -------------------------------------------------------------------------------

  /** Puts a marker on an empty cell, or changes the owner of the one there. */
  setMarker(cell: number, player: number): void {
    this.leave(cell);
    this.markers[player]++;
    this.enter(cell, MARKER + player);
  }

  removeMarker(cell: number): void {
    this.leave(cell);
    this.setContent(cell, 0);
  }

  /** Collapses the cell for `player` and credits it; whatever marker was there is gone. The cell must hold no stack. */
  collapse(cell: number, player: number): void {
    this.leave(cell);
    this.collapsed[player]++;
    this.territory[player]++;
    this.enter(cell, COLLAPSED + player);
  }

  private leave(cell: number): void {
    const content = this.content[cell];
    if (content === 0) return;
    if (content <= STACK) this.markers[content]--;
    else if (content > COLLAPSED) this.collapsed[content - COLLAPSED]--;
    const entry = cell * CONTENT_CODES + content;
    this.meta[KEY_LO] ^= this.zobrist.lo[entry];
    this.meta[KEY_HI] ^= this.zobrist.hi[entry];
  }

  private enter(cell: number, content: number): void {
    this.setContent(cell, content);
    const entry = cell * CONTENT_CODES + content;
    this.meta[KEY_LO] ^= this.zobrist.lo[entry];
    this.meta[KEY_HI] ^= this.zobrist.hi[entry];
  }

  private setContent(cell: number, content: number): void {
    const before = this.content[cell];
    const row = this.row[cell];
    const bit = this.bit[cell];
    if (before !== 0) this.planes[before * this.size + row] &= ~bit;
    if (content !== 0) this.planes[content * this.size + row] |= bit;
    this.content[cell] = content;
  }

  // ---- stacks -----------------------------------------------------------------------------------------------------

  /** Puts one ring of `player` on top of the stack on `cell`; an empty cell becomes a stack. The hand is not touched. */
  pushTop(cell: number, player: number): void {
    const height = this.height[cell];
    const ring = this.takeNode(player);
    this.onBoard[player]++;
    if (height === 0) {
      this.nextRing[ring] = -1;
      this.bottom[cell] = ring;
      this.cap[cell] = 1;
      this.meta[STACKS]++;
      this.controlled[player]++;
      this.stackLo[cell] = 0;
      this.stackHi[cell] = 0;
    } else {
      this.toggleStack(cell);
      const before = this.controller(cell);
      this.nextRing[ring] = this.top[cell];
      if (before === player) this.cap[cell]++;
      else {
        this.cap[cell] = 1;
        this.controlled[before]--;
        this.controlled[player]++;
      }
    }
    this.top[cell] = ring;
    this.height[cell] = height + 1;
    this.stackLo[cell] += Math.imul(player, this.powLo[height]);
    this.stackHi[cell] += Math.imul(player, this.powHi[height]);
    this.setContent(cell, STACK + player);
    this.toggleStack(cell);
  }

  /** Puts one ring of `player` under the stack on `cell`, which must exist. */
  pushBottom(cell: number, player: number): void {
    this.toggleStack(cell);
    const ring = this.takeNode(player);
    this.onBoard[player]++;
    this.nextRing[ring] = -1;
    this.nextRing[this.bottom[cell]] = ring;
    this.bottom[cell] = ring;
    if (this.cap[cell] === this.height[cell] && this.controller(cell) === player) this.cap[cell]++;
    this.height[cell]++;
    this.stackLo[cell] = Math.imul(this.stackLo[cell], BASE_LO) + player;
    this.stackHi[cell] = Math.imul(this.stackHi[cell], BASE_HI) + player;
    this.toggleStack(cell);
  }

  /** Takes the top ring off and returns its colour; the last ring leaves an empty cell. Nobody is credited. */
  popTop(cell: number): number {
    this.toggleStack(cell);
    const ring = this.top[cell];
    const colour = this.ringColour[ring];
    const below = this.nextRing[ring];
    const height = this.height[cell] - 1;
    this.giveNode(ring);
    this.onBoard[colour]--;
    this.height[cell] = height;
    if (height === 0) {
      this.clearStack(cell, colour);
      return colour;
    }
    this.top[cell] = below;
    this.stackLo[cell] -= Math.imul(colour, this.powLo[height]);
    this.stackHi[cell] -= Math.imul(colour, this.powHi[height]);
    if (this.cap[cell] > 1) this.cap[cell]--;
    else this.readCap(cell, colour);
    this.toggleStack(cell);
    return colour;
  }

  /** Takes the bottommost ring of `player` out of the stack; false if there is none. Nobody is credited. */
  removeBottommost(cell: number, player: number): boolean {
    let found = -1;
    let above = -1;
    for (let previous = -1, ring = this.top[cell]; ring >= 0; previous = ring, ring = this.nextRing[ring]) {
      if (this.ringColour[ring] === player) {
        found = ring;
        above = previous;
      }
    }
    if (found < 0) return false;
    if (above < 0) {
      this.popTop(cell);
      return true;
    }
    this.toggleStack(cell);
    this.nextRing[above] = this.nextRing[found];
    if (this.bottom[cell] === found) this.bottom[cell] = above;
    this.giveNode(found);
    this.onBoard[player]--;
    this.height[cell]--;
    this.readCap(cell, this.controller(cell));
    this.rehashStack(cell);
    this.toggleStack(cell);
    return true;
  }

  /** Moves the whole stack to a cell that holds neither stack nor marker. */
  relocate(from: number, to: number): void {
    this.toggleStack(from);
    this.setContent(to, this.content[from]);
    this.setContent(from, 0);
    this.height[to] = this.height[from];
    this.cap[to] = this.cap[from];
    this.top[to] = this.top[from];
    this.bottom[to] = this.bottom[from];
    this.stackLo[to] = this.stackLo[from];
    this.stackHi[to] = this.stackHi[from];
    this.height[from] = 0;
    this.cap[from] = 0;
    this.top[from] = -1;
    this.bottom[from] = -1;
    this.stackLo[from] = 0;
    this.stackHi[from] = 0;
    this.toggleStack(to);
  }

  private clearStack(cell: number, controller: number): void {
    this.controlled[controller]--;
    this.meta[STACKS]--;
    this.setContent(cell, 0);
    this.cap[cell] = 0;
    this.top[cell] = -1;
    this.bottom[cell] = -1;
    this.stackLo[cell] = 0;
    this.stackHi[cell] = 0;
  }

  /** Recomputes cap and controller of a stack whose upper rings changed; `before` is who controlled it. */
  private readCap(cell: number, before: number): void {
    const colour = this.ringColour[this.top[cell]];
    let cap = 0;
    for (let ring = this.top[cell]; ring >= 0 && this.ringColour[ring] === colour; ring = this.nextRing[ring]) cap++;
    this.cap[cell] = cap;
    if (colour !== before) {
      this.controlled[before]--;
      this.controlled[colour]++;
      this.setContent(cell, STACK + colour);
    }
  }

  private rehashStack(cell: number): void {
    let lo = 0;
    let hi = 0;
    let height = this.height[cell];
    for (let ring = this.top[cell]; ring >= 0; ring = this.nextRing[ring]) {
      height--;
      lo = (lo + Math.imul(this.ringColour[ring], this.powLo[height])) | 0;
      hi = (hi + Math.imul(this.ringColour[ring], this.powHi[height])) | 0;
    }
    this.stackLo[cell] = lo;
    this.stackHi[cell] = hi;
  }

  private takeNode(colour: number): number {
    const ring = this.meta[FREE_RING];
    this.meta[FREE_RING] = this.nextRing[ring];
    this.ringColour[ring] = colour;
    return ring;
  }

  private giveNode(ring: number): void {
    this.nextRing[ring] = this.meta[FREE_RING];
    this.meta[FREE_RING] = ring;
  }

  // ---- key --------------------------------------------------------------------------------------------------------

  /** Adds or removes the stack on `cell` from the key. */
  private toggleStack(cell: number): void {
    this.meta[KEY_LO] ^= mix32(this.stackLo[cell] ^ (cell * 0x9e3779b1 + 1));
    this.meta[KEY_HI] ^= mix32(this.stackHi[cell] ^ (cell * 0x85ebca77 + 1));
  }

  /** Low and high half of the 64-bit position key: incremental for the board, the words of the turn mixed in here. */
  keyLo(): number {
    return this.mixTurn(this.meta[KEY_LO], 0x3c6ef372);
  }
  keyHi(): number {
    return this.mixTurn(this.meta[KEY_HI], 0x1b873593);
  }

  private mixTurn(board: number, salt: number): number {
    const meta = this.meta;
    let h = mix32(board ^ salt);
    h = mix32(
      h ^
        (meta[PHASE] |
          (meta[PLAYER] << 3) |
          (meta[OWES_LINE] << 6) |
          (meta[OWES_REGION] << 7) |
          (meta[ACTED] << 8) |
          (meta[RECOVERED] << 9) |
          (meta[MOVED] << 10) |
          (meta[LAST_ACTOR] << 14) |
          (meta[LPS_FIRST] << 17) |
          (meta[LPS_MASK] << 20) |
          (meta[LPS_HOLDER] << 28)),
    );
    h = mix32(
      h ^ (meta[MUST_MOVE] + 1) ^ ((meta[ATTACKER] + 1) << 10) ^ (meta[LPS_COUNT] << 20) ^ (meta[WINNER] << 29),
    );
    for (let p = 1; p <= this.rules.players; p++) {
      h = mix32(h ^ (this.hand[p] | (this.eliminated[p] << 10) | (this.territory[p] << 20)));
    }
    return h;
  }

  /** The board part of the key and the counts recomputed from the cells, for tests of the incremental ones. */
  recount(): {
    keyLo: number;
    keyHi: number;
    stacks: number;
    onBoard: number[];
    controlled: number[];
    markers: number[];
    collapsed: number[];
  } {
    const zero = (): number[] => [0, 0, 0, 0, 0];
    const counts = {
      keyLo: 0,
      keyHi: 0,
      stacks: 0,
      onBoard: zero(),
      controlled: zero(),
      markers: zero(),
      collapsed: zero(),
    };
    for (let cell = 0; cell < this.content.length; cell++) {
      const content = this.content[cell];
      if (content === 0) continue;
      if (content > STACK && content <= COLLAPSED) {
        this.rehashStack(cell);
        counts.keyLo ^= mix32(this.stackLo[cell] ^ (cell * 0x9e3779b1 + 1));
        counts.keyHi ^= mix32(this.stackHi[cell] ^ (cell * 0x85ebca77 + 1));
        counts.stacks++;
        counts.controlled[content - STACK]++;
        for (const colour of this.rings(cell)) counts.onBoard[colour]++;
        continue;
      }
      counts.keyLo ^= this.zobrist.lo[cell * CONTENT_CODES + content];
      counts.keyHi ^= this.zobrist.hi[cell * CONTENT_CODES + content];
      if (content <= STACK) counts.markers[content]++;
      else counts.collapsed[content - COLLAPSED]++;
    }
    return counts;
  }

  /** The incremental board part of the key, to be compared with `recount`. */
  get boardKey(): readonly [number, number] {
    return [this.meta[KEY_LO], this.meta[KEY_HI]];
  }
}

function powers(base: number, count: number): Int32Array {
  const table = new Int32Array(count);
  table[0] = 1;
  for (let i = 1; i < count; i++) table[i] = Math.imul(table[i - 1], base);
  return table;
}

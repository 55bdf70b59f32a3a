import type { Rules } from './rules.ts';
import { COLLAPSED, STACK, StateCells } from './state-cells.ts';
import { FREE_RING, KEY_HI, KEY_LO, STACKS } from './state-memory.ts';
import { CONTENT_CODES, mix32 } from './zobrist.ts';

export { COLLAPSED, STACK };

/** Multipliers of the polynomial that hashes the rings of a stack, bottom to top, in two independent halves. */
const BASE_LO = 0x2545f491;
const BASE_HI = 0x5851f42d;

/** A position: its memory, the words of the turn and the cells (state-memory, -turn, -cells), here the stacks and the key. */
export class State extends StateCells {
  readonly #powLo: Int32Array;
  readonly #powHi: Int32Array;

  /** The start position: empty board, all rings in hand, player 1 to place. */
  constructor(rules: Rules) {
    super(rules);
    this.#powLo = powers(BASE_LO, rules.ringCapacity + 1);
    this.#powHi = powers(BASE_HI, rules.ringCapacity + 1);
  }

  clone(): State {
    const copy = new State(this.rules);
    copy.copyFrom(this);
    return copy;
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

  // ---- stacks -----------------------------------------------------------------------------------------------------

  /** Puts one ring of `player` on top of the stack on `cell`; an empty cell becomes a stack. The hand is not touched. */
  pushTop(cell: number, player: number): void {
    const height = this.height[cell];
    const ring = this.#takeNode(player);
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
      this.#toggleStack(cell);
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
    this.stackLo[cell] += Math.imul(player, this.#powLo[height]);
    this.stackHi[cell] += Math.imul(player, this.#powHi[height]);
    this.setContent(cell, STACK + player);
    this.#toggleStack(cell);
  }

  /** Puts one ring of `player` under the stack on `cell`, which must exist. */
  pushBottom(cell: number, player: number): void {
    this.#toggleStack(cell);
    const ring = this.#takeNode(player);
    this.onBoard[player]++;
    this.nextRing[ring] = -1;
    this.nextRing[this.bottom[cell]] = ring;
    this.bottom[cell] = ring;
    if (this.cap[cell] === this.height[cell] && this.controller(cell) === player) this.cap[cell]++;
    this.height[cell]++;
    this.stackLo[cell] = Math.imul(this.stackLo[cell], BASE_LO) + player;
    this.stackHi[cell] = Math.imul(this.stackHi[cell], BASE_HI) + player;
    this.#toggleStack(cell);
  }

  /** Takes the top ring off and returns its colour; the last ring leaves an empty cell. Nobody is credited. */
  popTop(cell: number): number {
    this.#toggleStack(cell);
    const ring = this.top[cell];
    const colour = this.ringColour[ring];
    const below = this.nextRing[ring];
    const height = this.height[cell] - 1;
    this.#giveNode(ring);
    this.onBoard[colour]--;
    this.height[cell] = height;
    if (height === 0) {
      this.#clearStack(cell, colour);
      return colour;
    }
    this.top[cell] = below;
    this.stackLo[cell] -= Math.imul(colour, this.#powLo[height]);
    this.stackHi[cell] -= Math.imul(colour, this.#powHi[height]);
    if (this.cap[cell] > 1) this.cap[cell]--;
    else this.#readCap(cell, colour);
    this.#toggleStack(cell);
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
    this.#toggleStack(cell);
    this.nextRing[above] = this.nextRing[found];
    if (this.bottom[cell] === found) this.bottom[cell] = above;
    this.#giveNode(found);
    this.onBoard[player]--;
    this.height[cell]--;
    this.#readCap(cell, this.controller(cell));
    this.#rehashStack(cell);
    this.#toggleStack(cell);
    return true;
  }

  /** Moves the whole stack to a cell that holds neither stack nor marker. */
  relocate(from: number, to: number): void {
    this.#toggleStack(from);
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
    this.#toggleStack(to);
  }

  #clearStack(cell: number, controller: number): void {
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
  #readCap(cell: number, before: number): void {
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

  #rehashStack(cell: number): void {
    let lo = 0;
    let hi = 0;
    let height = this.height[cell];
    for (let ring = this.top[cell]; ring >= 0; ring = this.nextRing[ring]) {
      height--;
      lo = (lo + Math.imul(this.ringColour[ring], this.#powLo[height])) | 0;
      hi = (hi + Math.imul(this.ringColour[ring], this.#powHi[height])) | 0;
    }
    this.stackLo[cell] = lo;
    this.stackHi[cell] = hi;
  }

  #takeNode(colour: number): number {
    const ring = this.meta[FREE_RING];
    this.meta[FREE_RING] = this.nextRing[ring];
    this.ringColour[ring] = colour;
    return ring;
  }

  #giveNode(ring: number): void {
    this.nextRing[ring] = this.meta[FREE_RING];
    this.meta[FREE_RING] = ring;
  }

  // ---- key --------------------------------------------------------------------------------------------------------

  /** Adds or removes the stack on `cell` from the key. */
  #toggleStack(cell: number): void {
    this.meta[KEY_LO] ^= mix32(this.stackLo[cell] ^ (cell * 0x9e3779b1 + 1));
    this.meta[KEY_HI] ^= mix32(this.stackHi[cell] ^ (cell * 0x85ebca77 + 1));
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
        this.#rehashStack(cell);
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
}

function powers(base: number, count: number): Int32Array {
  const table = new Int32Array(count);
  table[0] = 1;
  for (let i = 1; i < count; i++) table[i] = Math.imul(table[i - 1], base);
  return table;
}

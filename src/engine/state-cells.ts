import type { Rules } from './rules.ts';
import { KEY_HI, KEY_LO } from './state-memory.ts';
import { StateTurn } from './state-turn.ts';
import { CONTENT_CODES, type Zobrist, zobristOf } from './zobrist.ts';

/** Content codes of a cell: 0 empty, MARKER + p, STACK + p (p controls), COLLAPSED + p. Codes from STACK on block. */
const MARKER = 0;
export const STACK = 4;
export const COLLAPSED = 8;

/** What the cells hold: content codes, their bit boards, and markers and collapsed cells with counts and key. */
export class StateCells extends StateTurn {
  readonly #size: number;
  readonly #row: Uint8Array;
  readonly #bit: Int32Array;
  protected readonly zobrist: Zobrist;

  constructor(rules: Rules) {
    super(rules);
    this.#size = rules.topology.spec.size;
    this.#row = rules.topology.row;
    this.#bit = rules.topology.bit;
    this.zobrist = zobristOf(rules.topology);
  }

  /** Puts a marker on an empty cell, or changes the owner of the one there. */
  setMarker(cell: number, player: number): void {
    this.#leave(cell);
    this.markers[player]++;
    this.#enter(cell, MARKER + player);
  }

  removeMarker(cell: number): void {
    this.#leave(cell);
    this.setContent(cell, 0);
  }

  /** Collapses the cell for `player` and credits it; whatever marker was there is gone. The cell must hold no stack. */
  collapse(cell: number, player: number): void {
    this.#leave(cell);
    this.collapsed[player]++;
    this.territory[player]++;
    this.#enter(cell, COLLAPSED + player);
  }

  #leave(cell: number): void {
    const content = this.content[cell];
    if (content === 0) return;
    if (content <= STACK) this.markers[content]--;
    else if (content > COLLAPSED) this.collapsed[content - COLLAPSED]--;
    const entry = cell * CONTENT_CODES + content;
    this.meta[KEY_LO] ^= this.zobrist.lo[entry];
    this.meta[KEY_HI] ^= this.zobrist.hi[entry];
  }

  #enter(cell: number, content: number): void {
    this.setContent(cell, content);
    const entry = cell * CONTENT_CODES + content;
    this.meta[KEY_LO] ^= this.zobrist.lo[entry];
    this.meta[KEY_HI] ^= this.zobrist.hi[entry];
  }

  protected setContent(cell: number, content: number): void {
    const before = this.content[cell];
    const row = this.#row[cell];
    const bit = this.#bit[cell];
    if (before !== 0) this.planes[before * this.#size + row] &= ~bit;
    if (content !== 0) this.planes[content * this.#size + row] |= bit;
    this.content[cell] = content;
  }
}

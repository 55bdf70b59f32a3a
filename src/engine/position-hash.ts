/**
 * The original's 16-digit position hash without building its text: what `stateHash` of fingerprint.ts returns, some
 * twenty times faster, so that every move of a self-play game can carry one. The sections of the text are sorted as
 * strings; no item is a prefix of another, so the order of the items is the order of the cell keys followed by a
 * colon, which is fixed per board.
 */
import type { BoardName } from './boards.ts';
import { PHASES, Phase } from './phases.ts';
import { COLLAPSED, STACK, type State } from './state.ts';
import type { Topology } from './topology.ts';

interface KeyTable {
  /** Cells in the order of their keys. */
  readonly order: Int16Array;
  /** Characters of `key:` per cell: chars[start[cell] … start[cell + 1]). */
  readonly chars: Uint8Array;
  readonly start: Int32Array;
}

const tables = new Map<BoardName, KeyTable>();

function tableOf(topology: Topology): KeyTable {
  let table = tables.get(topology.spec.name);
  if (!table) {
    const keys = topology.keys.map((key) => `${key}:`);
    const byKey = (a: number, b: number): number => (keys[a] < keys[b] ? -1 : 1);
    const start = new Int32Array(keys.length + 1);
    keys.forEach((key, cell) => {
      start[cell + 1] = start[cell] + key.length;
    });
    const order = Int16Array.from(keys.keys()).sort(byKey);
    table = { order, chars: Uint8Array.from(keys.join(''), (c) => c.charCodeAt(0)), start };
    tables.set(topology.spec.name, table);
  }
  return table;
}

const HASH = 0x23; // #
const BAR = 0x7c; // |
const COLON = 0x3a;
const ZERO = 0x30;
const MULTIPLIER_1 = 2654435761;
const MULTIPLIER_2 = 1597334677;

/** The two registers of the hash; module state, so one hash at a time per thread. */
let h1 = 0;
let h2 = 0;

function put(char: number): void {
  h1 = Math.imul(h1 ^ char, MULTIPLIER_1);
  h2 = Math.imul(h2 ^ char, MULTIPLIER_2);
}

function putText(text: string): void {
  for (let i = 0; i < text.length; i++) put(text.charCodeAt(i));
}

function putNumber(value: number): void {
  if (value >= 10) putNumber(Math.floor(value / 10));
  put(ZERO + (value % 10));
}

/** Hash of the position as the original stores it; writes the high word to out[at], the low word to out[at + 1]. */
export function hashPosition(s: State, out: Uint32Array, at: number): void {
  h1 = 0xdeadbeef | 0;
  h2 = 0x41c6ce57;
  putText(s.phase === Phase.over ? '0:game_over:completed:' : `${s.player}:${PHASES[s.phase]}:active:`);
  put(s.owesLine ? ZERO + 1 : ZERO);
  put(HASH);
  for (let p = 1; p <= s.rules.players; p++) {
    if (p > 1) put(BAR);
    put(ZERO + p);
    put(COLON);
    putNumber(s.hand[p]);
    put(COLON);
    putNumber(s.eliminated[p]);
    put(COLON);
    putNumber(s.territory[p]);
  }
  put(HASH);
  const table = tableOf(s.rules.topology);
  putSection(s, table, STACK, COLLAPSED);
  put(HASH);
  putSection(s, table, 0, STACK);
  put(HASH);
  putSection(s, table, COLLAPSED, 255);
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  out[at] = h2;
  out[at + 1] = h1;
}

/** The cells whose content code is above `above` and at most `most`. */
function putSection(s: State, { order, chars, start }: KeyTable, above: number, most: number): void {
  const content = s.content;
  let first = true;
  for (let i = 0; i < order.length; i++) {
    const cell = order[i];
    const c = content[cell];
    if (c <= above || c > most) continue;
    if (!first) put(BAR);
    first = false;
    for (let j = start[cell], end = start[cell + 1]; j < end; j++) put(chars[j]);
    put(ZERO + c - above);
    if (above !== STACK) continue;
    put(COLON);
    putNumber(s.height[cell]);
    put(COLON);
    putNumber(s.cap[cell]);
  }
}

/** The 16 hex digits of one hash in `words`. */
export function hashText(words: Uint32Array, at: number): string {
  return words[at].toString(16).padStart(8, '0') + words[at + 1].toString(16).padStart(8, '0');
}

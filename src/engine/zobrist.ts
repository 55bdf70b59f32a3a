/**
 * Random words for the position key. The key has 64 bits in two Int32 halves and covers everything that decides the
 * rest of the game: cell contents with every ring in order, hands, scores, phase, player to move, obligations of the
 * turn and the last-player-standing rounds. Fixed seed: keys are the same in every process and version of the tables.
 */
import type { BoardName } from './boards.ts';
import { type Topology, topologyOf } from './topology.ts';

/** Contents of a cell that are hashed by table: empty, marker ×4, stack ×4 (hashed apart), collapsed ×4. */
export const CONTENT_CODES = 13;

export interface Zobrist {
  /** lo/hi[cell · 13 + content]. */
  readonly lo: Int32Array;
  readonly hi: Int32Array;
}

const tables = new Map<BoardName, Zobrist>();

export function zobristOf(topology: Topology): Zobrist {
  const board = topology.spec.name;
  let table = tables.get(board);
  if (!table) {
    const random = splitMix32(0x5eed0 + board.length * 7919);
    const size = topologyOf(board).cells * CONTENT_CODES;
    table = { lo: Int32Array.from({ length: size }, random), hi: Int32Array.from({ length: size }, random) };
    for (let i = 0; i < size; i += CONTENT_CODES) table.lo[i] = table.hi[i] = 0; // empty cells add nothing
    tables.set(board, table);
  }
  return table;
}

/** Finaliser of MurmurHash3 (32 bits): every input bit reaches every output bit. */
export function mix32(h: number): number {
  let x = h;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** SplitMix32: a small seeded generator, for tables only. */
function splitMix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return mix32(state);
  };
}

/**
 * From the compact form of a position (features.ts) to the planes of encoder `rr1`. The number of planes is the same for
 * two to four players, seats that do not play are empty, so that one network's tower serves all three. Counts that have no
 * bound enter as logarithms; the rest is about 0 to 1. Cells of the box that are not on the board are 0 in every plane.
 */
import type { BoardName } from '../../../engine/boards.ts';
import { COLLAPSED, STACK, type State } from '../../../engine/state.ts';
import { topologyOf } from '../../../engine/topology.ts';
import { type Box, boxOf } from '../box.ts';
import {
  ATTACKER_BIT,
  BELOW_SHIFT,
  CONTENT_MASK,
  COUNTERS,
  Counter,
  cellBytes,
  FIRST_BURIED_LAYER,
  Flag,
  MUST_MOVE_BIT,
  writeFeatures,
} from './features.ts';

/** First plane of each group. Groups of four are by relative seat. */
export const Plane = {
  valid: 0,
  stack: 1,
  marker: 5,
  collapsed: 9,
  buried: 13,
  below: 17,
  height: 21,
  cap: 22,
  heightAtLeast: 23,
  capAtLeast: 27,
  mustMove: 31,
  attacker: 32,
  edge: 33,
  phase: 34,
  hand: 41,
  eliminated: 45,
  territory: 49,
  onBoard: 53,
  threePlayers: 57,
  fourPlayers: 58,
  lpsCount: 59,
  lpsActed: 63,
  lpsFirst: 67,
  flags: 71,
  shortLines: 77,
  supply: 78,
  ply: 79,
} as const;
export const RR1_PLANES = 80;

const FIRST_BROADCAST = Plane.phase;
/** Heights and caps of at least 2, 3, 4, 5 have planes of their own: they decide who may move and capture. */
const STEPS = [2, 3, 4, 5] as const;
const PHASES = 7;
const FLAG_BITS = [Flag.owesLine, Flag.owesRegion, Flag.recovered, Flag.acted, Flag.swapOnOffer, Flag.swapAhead];
/** Rings per player of the largest board. */
const LARGEST_SUPPLY = 96;

const LOG_HEIGHT = Float32Array.from({ length: 2048 }, (_, n) => Math.log2(1 + n) / 4);
const LOG_BURIED = Float32Array.from({ length: 256 }, (_, n) => Math.log2(1 + n) / 3);

/** Where the elements of one position lie in a tensor: element (plane, box cell) at offset + plane·plane + cell·cell. */
export interface PlaneLayout {
  readonly offset: number;
  readonly planeStride: number;
  readonly cellStride: number;
}

/** Position `index` of a batch in [N, C, H, W]. */
export const channelsFirst = (board: BoardName, index = 0): PlaneLayout => {
  const { area } = boxOf(topologyOf(board));
  return { offset: index * RR1_PLANES * area, planeStride: area, cellStride: 1 };
};

/** Position `index` of `batch` in [H, W, N, C]. */
export const channelsLast = (batch: number, index = 0): PlaneLayout => ({
  offset: index * RR1_PLANES,
  planeStride: 1,
  cellStride: batch * RR1_PLANES,
});

/** The planes of `s`, every element overwritten. Allocates nothing. */
export function writePlanes(s: State, out: Float32Array, layout: PlaneLayout): void {
  const { board, players } = s.rules;
  const scratch = scratchOf(board, players);
  writeFeatures(s, scratch.cells, 0, scratch.counters, 0);
  expandFeatures(board, players, scratch.cells, 0, scratch.counters, 0, out, layout);
}

interface Scratch {
  readonly cells: Uint8Array;
  readonly counters: Int16Array;
}
const scratches = new Map<string, Scratch>();

function scratchOf(board: BoardName, players: number): Scratch {
  const key = `${board}${players}`;
  let scratch = scratches.get(key);
  if (!scratch) {
    scratch = { cells: new Uint8Array(cellBytes(board, players)), counters: new Int16Array(COUNTERS) };
    scratches.set(key, scratch);
  }
  return scratch;
}

const broadcast = new Float32Array(RR1_PLANES);

/** The planes of a stored position, every element overwritten. Allocates nothing. */
export function expandFeatures(
  board: BoardName,
  players: number,
  cells: Uint8Array,
  cellOffset: number,
  counters: Int16Array,
  counterOffset: number,
  out: Float32Array,
  layout: PlaneLayout,
): void {
  const topology = topologyOf(board);
  const box = boxOf(topology);
  readBroadcast(counters, counterOffset);
  if (layout.planeStride === 1) fillChannelsLast(box, out, layout);
  else fillChannelsFirst(box, out, layout);
  const { offset, planeStride, cellStride } = layout;
  const edge = edgeOf(board);
  const count = topology.cells;
  for (let cell = 0; cell < count; cell++) {
    const at = offset + box.ofCell[cell] * cellStride;
    out[at + Plane.edge * planeStride] = edge[cell];
    const what = cells[cellOffset + cell];
    if (what === 0) continue;
    const content = what & CONTENT_MASK;
    if (content <= STACK) out[at + (Plane.marker + content - 1) * planeStride] = 1;
    else if (content > COLLAPSED) out[at + (Plane.collapsed + content - COLLAPSED - 1) * planeStride] = 1;
    else {
      out[at + (Plane.stack + content - STACK - 1) * planeStride] = 1;
      const cap = cells[cellOffset + count + cell];
      let height = cap;
      for (let k = 0; k < players; k++) {
        const buried = cells[cellOffset + (FIRST_BURIED_LAYER + k) * count + cell];
        if (buried === 0) continue;
        height += buried;
        out[at + (Plane.buried + k) * planeStride] = LOG_BURIED[buried];
      }
      if (height > cap) out[at + (Plane.below + (what >> BELOW_SHIFT)) * planeStride] = 1;
      out[at + Plane.height * planeStride] = LOG_HEIGHT[height];
      out[at + Plane.cap * planeStride] = LOG_HEIGHT[cap];
      for (let i = 0; i < STEPS.length && height >= STEPS[i]; i++) {
        out[at + (Plane.heightAtLeast + i) * planeStride] = 1;
        if (cap >= STEPS[i]) out[at + (Plane.capAtLeast + i) * planeStride] = 1;
      }
      if (what & MUST_MOVE_BIT) out[at + Plane.mustMove * planeStride] = 1;
      if (what & ATTACKER_BIT) out[at + Plane.attacker * planeStride] = 1;
    }
  }
}

/** The values of the planes that are equal on all cells, into `broadcast`. */
function readBroadcast(counters: Int16Array, at: number): void {
  broadcast.fill(0);
  broadcast[Plane.valid] = 1;
  const phase = counters[at + Counter.phase];
  if (phase < PHASES) broadcast[Plane.phase + phase] = 1;
  const supply = counters[at + Counter.supply];
  const rounds = counters[at + Counter.lpsRounds];
  for (let k = 0; k < 4; k++) {
    broadcast[Plane.hand + k] = counters[at + Counter.hand + k] / supply;
    broadcast[Plane.eliminated + k] = counters[at + Counter.eliminated + k] / counters[at + Counter.victoryThreshold];
    broadcast[Plane.territory + k] = counters[at + Counter.territory + k] / counters[at + Counter.territoryMinimum];
    broadcast[Plane.onBoard + k] = counters[at + Counter.onBoard + k] / supply;
    broadcast[Plane.lpsActed + k] = (counters[at + Counter.lpsActed] >> k) & 1;
  }
  const holder = counters[at + Counter.lpsHolder];
  if (holder > 0 && rounds > 0) broadcast[Plane.lpsCount + holder - 1] = counters[at + Counter.lpsCount] / rounds;
  const first = counters[at + Counter.lpsFirst];
  if (first > 0) broadcast[Plane.lpsFirst + first - 1] = 1;
  broadcast[Plane.threePlayers] = counters[at + Counter.players] === 3 ? 1 : 0;
  broadcast[Plane.fourPlayers] = counters[at + Counter.players] === 4 ? 1 : 0;
  for (let i = 0; i < FLAG_BITS.length; i++) {
    broadcast[Plane.flags + i] = counters[at + Counter.flags] & FLAG_BITS[i] ? 1 : 0;
  }
  broadcast[Plane.shortLines] = counters[at + Counter.lineLength] === 3 ? 1 : 0;
  broadcast[Plane.supply] = supply / LARGEST_SUPPLY;
  broadcast[Plane.ply] = Math.log2(1 + counters[at + Counter.ply]) / 10;
}

function fillChannelsLast(box: Box, out: Float32Array, { offset, cellStride }: PlaneLayout): void {
  for (let i = 0; i < box.area; i++) {
    const at = offset + i * cellStride;
    if (box.cellAt[i] < 0) out.fill(0, at, at + RR1_PLANES);
    else out.set(broadcast, at);
  }
}

function fillChannelsFirst(box: Box, out: Float32Array, { offset, planeStride }: PlaneLayout): void {
  out.fill(0, offset, offset + FIRST_BROADCAST * planeStride);
  for (let plane = 0; plane < RR1_PLANES; plane++) {
    if (plane > 0 && plane < FIRST_BROADCAST) continue;
    const value = broadcast[plane];
    const at = offset + plane * planeStride;
    out.fill(0, at, at + planeStride);
    if (value === 0) continue;
    for (let row = 0; row < box.size; row++) out.fill(value, at + box.rowStart[row], at + box.rowEnd[row]);
  }
}

const edges = new Map<BoardName, Float32Array>();

/** Steps to the edge of the board, 0 on it, 1 in the centre. */
function edgeOf(board: BoardName): Float32Array {
  let edge = edges.get(board);
  if (!edge) {
    const { spec, x, y } = topologyOf(board);
    const far = spec.size - 1;
    edge = Float32Array.from(x, (_, cell) =>
      spec.shape === 'hex'
        ? 1 - Math.max(Math.abs(x[cell]), Math.abs(y[cell]), Math.abs(x[cell] + y[cell])) / spec.radius
        : Math.min(x[cell], y[cell], far - x[cell], far - y[cell]) / Math.floor(far / 2),
    );
    edges.set(board, edge);
  }
  return edge;
}

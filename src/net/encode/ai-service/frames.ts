/**
 * Feature planes of one position as the original's encoders `hex_v2`, `hex_v3` and `square_v2` make them
 * (docs/upstream-formats.md §4.1–4.3), its quirks included: square planes are stored [x][y], channel 14 of v3 is
 * constant, all opponents share the planes of "the opponent". "Me" is the player on turn in that position.
 */
import type { BoardName } from '../../../engine/boards.ts';
import { COLLAPSED, STACK, type State } from '../../../engine/state.ts';
import { type Topology, topologyOf } from '../../../engine/topology.ts';
import { boxOf } from '../box.ts';

export const AI_SERVICE_ENCODERS = ['hex_v2', 'hex_v3', 'square_v2'] as const;
export type AiServiceEncoderId = (typeof AI_SERVICE_ENCODERS)[number];

/** Frames before the current one that a sample carries. */
export const HISTORY_FRAMES = 3;

const CHANNELS: Readonly<Record<AiServiceEncoderId, number>> = { hex_v2: 10, hex_v3: 16, square_v2: 14 };

export interface FrameEncoder {
  readonly id: AiServiceEncoderId;
  readonly board: BoardName;
  /** Channels of one frame: 10, 16 or 14. */
  readonly channels: number;
  /** Side of the planes. */
  readonly size: number;
  /** Floats of one frame: channels · size². */
  readonly length: number;
  /** Writes the frame [channels, size, size] at `offset` of `out`, which must be zero there. Allocates nothing. */
  write(s: State, out: Float32Array, offset: number): void;
}

/** The encoder of that name, or undefined when it does not fit the board's shape. */
export function frameEncoder(id: AiServiceEncoderId, board: BoardName): FrameEncoder | undefined {
  const topology = topologyOf(board);
  const isHex = topology.spec.shape === 'hex';
  if (isHex !== id.startsWith('hex')) return undefined;
  const { size } = topology.spec;
  const channels = CHANNELS[id];
  const places = placesOf(topology);
  const write = (s: State, out: Float32Array, offset: number): void => {
    writePieces(s, out, offset, places, isHex ? HEX_MARKERS : SQUARE_MARKERS);
    if (id === 'hex_v3') writeNeighbourhood(s, out, offset, places);
    else if (id === 'square_v2') out.fill(1, offset + 12 * size * size, offset + 13 * size * size);
  };
  return { id, board, channels, size, length: channels * size * size, write };
}

/** Same-player marker neighbours that count as one whole. */
const HEX_MARKERS = 3;
const SQUARE_MARKERS = 4;

interface Places {
  readonly area: number;
  /** Index in a plane by cell: row · size + column, where squares have row = x (quirk 1). */
  readonly at: Int16Array;
}

function placesOf(topology: Topology): Places {
  const { size, shape } = topology.spec;
  const at =
    shape === 'hex' ? boxOf(topology).ofCell : Int16Array.from(topology.x, (x, cell) => x * size + topology.y[cell]);
  return { area: size * size, at };
}

/** Channels 0–9: stacks, markers, collapsed cells, liberties, marker chains; me first, everybody else second. */
function writePieces(s: State, out: Float32Array, offset: number, { area, at }: Places, wholeMarkers: number): void {
  const { content, height } = s;
  const { step, directions } = s.rules.topology;
  const cells = content.length;
  const me = s.player;
  for (let cell = 0; cell < cells; cell++) {
    const here = content[cell];
    if (here === 0) continue;
    const place = offset + at[cell];
    if (here <= STACK) {
      const side = here === me ? 0 : 1;
      let same = 0;
      for (let next = cell; next < directions * cells; next += cells) {
        const neighbour = step[next];
        if (neighbour >= 0 && content[neighbour] === here) same++;
      }
      out[place + (2 + side) * area] = 1;
      out[place + (8 + side) * area] = same < wholeMarkers ? same / wholeMarkers : 1;
    } else if (here <= COLLAPSED) {
      const side = here === STACK + me ? 0 : 1;
      let liberties = 0;
      for (let next = cell; next < directions * cells; next += cells) {
        const neighbour = step[next];
        if (neighbour >= 0 && content[neighbour] <= STACK) liberties++;
      }
      out[place + side * area] = height[cell] < 5 ? height[cell] / 5 : 1;
      out[place + (6 + side) * area] = liberties / directions;
    } else {
      out[place + (here === COLLAPSED + me ? 4 : 5) * area] = 1;
    }
  }
}

/** Channels 10–15 of hex v3: what surrounds every cell of the board. */
function writeNeighbourhood(s: State, out: Float32Array, offset: number, { area, at }: Places): void {
  const { content, height } = s;
  const { step } = s.rules.topology;
  const cells = content.length;
  const me = s.player;
  for (let cell = 0; cell < cells; cell++) {
    let friends = 0;
    let enemies = 0;
    let friendHeight = 0;
    let enemyHeight = 0;
    let open = 0;
    for (let next = cell; next < 6 * cells; next += cells) {
      const neighbour = step[next];
      if (neighbour < 0) continue;
      const there = content[neighbour];
      if (there > COLLAPSED) continue;
      open++;
      if (there === 0) continue;
      if (there === me || there === STACK + me) {
        friends++;
        friendHeight += height[neighbour];
      } else {
        enemies++;
        enemyHeight += height[neighbour];
      }
    }
    const place = offset + at[cell];
    if (friends > 0 && enemies > 0) {
      out[place + 10 * area] = Math.min(friends / 3, 1);
      out[place + 11 * area] = Math.min(enemies / 3, 1);
    }
    out[place + 12 * area] = Math.min(friendHeight / 5 / 6, 1);
    out[place + 13 * area] = Math.min(enemyHeight / 5 / 6, 1);
    out[place + 14 * area] = 1;
    out[place + 15 * area] = open / 6;
  }
}

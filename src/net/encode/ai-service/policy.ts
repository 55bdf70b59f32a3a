/**
 * The original's flat policy layouts (docs/upstream-formats.md §5.1, §5.2, `board_aware`): one index per move, several
 * moves to an index. On hexagons thirteen move types share one index and the pie-rule move has none; on squares all
 * options of a line, and all stacks of a forced elimination, share one. Both are reproduced.
 */
import type { BoardName } from '../../../engine/boards.ts';
import type { RawMove } from '../../../engine/json/move.ts';
import { readCell, readCells } from '../../../engine/json/position.ts';
import { fieldA, fieldB, fieldC, Kind, kindOf, MOVE_TYPES } from '../../../engine/moves.ts';
import { regionCells } from '../../../engine/regions.ts';
import type { State } from '../../../engine/state.ts';
import { type Topology, topologyOf } from '../../../engine/topology.ts';
import { boxOf } from '../box.ts';

/** Index of a move that the layout cannot express. */
export const NOT_ENCODABLE = -1;

export interface FlatPolicy {
  readonly board: BoardName;
  /** Indices in use: 0 … used − 1. */
  readonly used: number;
  /** Length of the original's policy vector, padding included. */
  readonly size: number;
  /** Index of a move that belongs to `s`, or NOT_ENCODABLE. Allocates nothing. */
  indexOf(s: State, move: number): number;
  /** Index of processing the line whose first cell is `anchor`. */
  lineIndex(anchor: number): number;
  /** Index of every option of every line. */
  readonly lineOption: number;
  /** Index of choosing a region. */
  regionIndex(cells: ArrayLike<number>, size: number, owner: number): number;
}

const built = new Map<BoardName, FlatPolicy>();

export function flatPolicy(board: BoardName): FlatPolicy {
  let layout = built.get(board);
  if (!layout) {
    const topology = topologyOf(board);
    layout = topology.spec.shape === 'hex' ? hexLayout(topology) : squareLayout(topology);
    built.set(board, layout);
  }
  return layout;
}

const MOST_RINGS = 3;
/** Direction numbers of the policy by the engine's: (1,0) (1,1) (0,1) (−1,1) (−1,0) (−1,−1) (0,−1) (1,−1). */
const SQUARE_DIRECTION = [4, 7, 6, 5, 3, 0, 1, 2];
const HEX_DIRECTION = [0, 1, 2, 3, 4, 5];
const LINE_DIRECTIONS = 4;
const LINE_OPTIONS = 4;
const REGION_SIZES = 8;
const REGION_OWNERS = 4;

/** The blocks both layouts begin with: placements by cell and count, then steps by cell, direction and distance. */
function steps(topology: Topology, directionOf: readonly number[]): { table: Int32Array; end: number } {
  const { cells, directions, rayStart, ray, spec } = topology;
  const box = boxOf(topology);
  const distances = spec.size - 1;
  const base = box.area * MOST_RINGS;
  const table = new Int32Array(cells * cells).fill(NOT_ENCODABLE);
  for (let from = 0; from < cells; from++) {
    for (let d = 0; d < directions; d++) {
      const start = rayStart[from * directions + d];
      const end = rayStart[from * directions + d + 1];
      for (let i = start; i < end; i++) {
        const slot = directionOf[d] * distances + (i - start);
        table[from * cells + ray[i]] = base + box.ofCell[from] * directions * distances + slot;
      }
    }
  }
  return { table, end: base + box.area * directions * distances };
}

/** Index of a placement or of a step (movement, captures, recovery), −2 for every other kind. */
function commonIndex(topology: Topology, table: Int32Array, move: number): number {
  const a = fieldA(move);
  const kind = kindOf(move);
  switch (kind) {
    case Kind.place:
      return boxOf(topology).ofCell[a] * MOST_RINGS + fieldB(move) - 1;
    case Kind.capture:
    case Kind.chain:
      return table[a * topology.cells + fieldC(move)];
    case Kind.move:
    case Kind.recoverLine:
    case Kind.recoverWindow:
    case Kind.recoverFallback:
    case Kind.recoverStrike:
      return table[a * topology.cells + fieldB(move)];
    default:
      return -2;
  }
}

/** Declared size of hex8 (its 4132 indices are padded); hexagonal is not padded. */
const HEX8_SIZE = 4500;

function hexLayout(topology: Topology): FlatPolicy {
  const { table, end: special } = steps(topology, HEX_DIRECTION);
  return {
    board: topology.spec.name,
    used: special + 1,
    size: topology.spec.name === 'hex8' ? HEX8_SIZE : special + 1,
    lineOption: special,
    lineIndex: () => special,
    regionIndex: () => special,
    indexOf(_s, move) {
      const index = commonIndex(topology, table, move);
      if (index !== -2) return index;
      const kind = kindOf(move);
      return kind === Kind.swap || kind === Kind.resign || kind === Kind.timeout ? NOT_ENCODABLE : special;
    },
  };
}

const SQUARE_SIZES: Partial<Record<BoardName, number>> = { square8: 7000, square19: 67000 };
/** The block after the territory choices, in its order. */
const LAST_BLOCK = [
  Kind.noPlacement,
  Kind.noMovement,
  Kind.skipCapture,
  Kind.noLine,
  Kind.noTerritory,
  Kind.skipTerritory,
  Kind.forcedElimination,
] as const;

function squareLayout(topology: Topology): FlatPolicy {
  const { table, end: lineBase } = steps(topology, SQUARE_DIRECTION);
  const box = boxOf(topology);
  const eliminationBase = lineBase + box.area * LINE_DIRECTIONS;
  const skipPlacement = eliminationBase + box.area;
  const swap = skipPlacement + 1;
  const skipRecovery = swap + 1;
  const lineOption = skipRecovery + 1;
  const regionBase = lineOption + LINE_OPTIONS;
  const lastBase = regionBase + box.area * REGION_SIZES * REGION_OWNERS;
  const used = lastBase + LAST_BLOCK.length;
  const region = new Int16Array(512);
  const lineIndex = (anchor: number): number => lineBase + box.ofCell[anchor] * LINE_DIRECTIONS;
  const regionIndex = (cells: ArrayLike<number>, size: number, owner: number): number => {
    let first = box.area;
    for (let i = 0; i < size; i++) first = Math.min(first, box.ofCell[cells[i]]);
    const bucket = Math.min(size - 1, REGION_SIZES - 1);
    return regionBase + (first * REGION_SIZES + bucket) * REGION_OWNERS + ((owner - 1) % REGION_OWNERS);
  };
  return {
    board: topology.spec.name,
    used,
    size: SQUARE_SIZES[topology.spec.name] ?? used,
    lineOption,
    lineIndex,
    regionIndex,
    indexOf(s, move) {
      const index = commonIndex(topology, table, move);
      if (index !== -2) return index;
      const kind = kindOf(move);
      switch (kind) {
        case Kind.processLine:
          return lineIndex(fieldA(move));
        case Kind.lineAll:
        case Kind.lineWindow:
          return lineOption;
        case Kind.eliminateLine:
        case Kind.eliminateTerritory:
        case Kind.eliminateRecovery:
          return eliminationBase + box.ofCell[fieldA(move)];
        case Kind.territory:
          return regionIndex(region, regionCells(s, fieldA(move), fieldB(move), region), s.player);
        case Kind.skipPlacement:
          return skipPlacement;
        case Kind.swap:
          return swap;
        case Kind.skipRecovery:
          return skipRecovery;
        default: {
          const last = (LAST_BLOCK as readonly number[]).indexOf(kind);
          return last < 0 ? NOT_ENCODABLE : lastBase + last;
        }
      }
    },
  };
}

/**
 * Index of a recorded move of which the engine accepted a form outside its legal set (json/interpret.ts): where the packed
 * move names no cells, the record does. Throws RulesError MOVE_INVALID for cells off the board.
 */
export function recordedIndex(s: State, raw: RawMove, move: number): number {
  const layout = flatPolicy(s.rules.board);
  const { topology } = s.rules;
  const part = (list: unknown): RawMove => (Array.isArray(list) ? (list[0] ?? {}) : {});
  switch (kindOf(move)) {
    case Kind.processLine: {
      const [first] = raw.to == null ? readCells(topology, part(raw.formedLines).positions, 'formedLines') : [];
      return layout.lineIndex(first ?? readCell(topology, raw.to, 'to'));
    }
    case Kind.territory: {
      const region = readCells(topology, part(raw.disconnectedRegions).spaces, 'disconnectedRegions');
      return layout.regionIndex(region, region.length, s.player);
    }
    default:
      return layout.indexOf(s, move);
  }
}

/**
 * The text under which `move_probs` lists a move (docs/upstream-formats.md §1.5): type, then `_x,y` of `from` and of
 * `to` if the move has them. Moves that do nothing carry `to` 0,0, except the two skips that carry no cell at all. A
 * line is named by its first cell; so is a region, where the original names whichever cell its flood fill met first.
 */
export function moveKey(s: State, move: number): string {
  const { topology } = s.rules;
  const cell = (i: number): string => `_${topology.x[i]},${topology.y[i]}`;
  const kind = kindOf(move);
  const type = MOVE_TYPES[kind];
  const a = fieldA(move);
  switch (kind) {
    case Kind.skipPlacement:
    case Kind.skipRecovery:
    case Kind.resign:
    case Kind.timeout:
      return type;
    case Kind.move:
    case Kind.recoverLine:
    case Kind.recoverWindow:
    case Kind.recoverFallback:
    case Kind.recoverStrike:
      return `${type}${cell(a)}${cell(fieldB(move))}`;
    case Kind.capture:
    case Kind.chain:
      return `${type}${cell(a)}${cell(fieldC(move))}`;
    case Kind.place:
    case Kind.processLine:
    case Kind.lineAll:
    case Kind.lineWindow:
    case Kind.eliminateLine:
    case Kind.eliminateTerritory:
    case Kind.eliminateRecovery:
    case Kind.forcedElimination:
    case Kind.territory:
      return `${type}${cell(a)}`;
    default:
      return `${type}_0,0`;
  }
}

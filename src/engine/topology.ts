/**
 * Precomputed geometry of a board. Cells are numbered in scan order (docs/rules.md §1.2): squares `for x, for y`,
 * hexagons `for x, for y` in cube coordinates with z = −x−y. Built once per board and shared; read-only after that.
 */
import { BOARD_SPECS, type BoardName, type BoardSpec } from './boards.ts';

/** Straight-line directions in the order of the rules; a direction's opposite is half a turn further. */
const SQUARE_DIRECTIONS = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
] as const;
const HEX_DIRECTIONS = [
  [1, 0],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [0, -1],
  [1, -1],
] as const;

/** Territory adjacency: orthogonal on squares, all six on hexagons. */
const SQUARE_ADJACENCY = [
  [0, 1],
  [1, 0],
  [0, -1],
  [-1, 0],
] as const;

/** Line axes as direction numbers: square (1,0) (1,1) (0,1) (1,−1); hex (1,0,−1) (1,−1,0) (0,−1,1). */
const SQUARE_AXES = [0, 1, 2, 7] as const;
const HEX_AXES = [0, 5, 4] as const;
/** The order in which a recovery slide looks for its line differs on squares: (1,0) (0,1) (1,1) (1,−1). */
const SQUARE_RECOVERY_AXES = [0, 2, 1, 7] as const;

/**
 * The border of a processed region spreads over these eight offsets in (x, y) on square8, square19 and hex8, although
 * (1,1) and (−1,−1) are no hex neighbours (docs/rules.md D9, D10). On hexagonal it does not spread.
 */
const BORDER_OFFSETS = SQUARE_DIRECTIONS;

export interface Topology {
  readonly spec: BoardSpec;
  readonly cells: number;
  readonly directions: number;
  /** Coordinates by cell. */
  readonly x: Int16Array;
  readonly y: Int16Array;
  /** Cell keys: `"x,y"` or `"x,y,z"`. */
  readonly keys: readonly string[];
  readonly cellOfKey: ReadonlyMap<string, number>;
  /** Bit boards have one word per value of x (`size` words), bit k for the k-th value of y: word and bit of a cell. */
  readonly row: Uint8Array;
  readonly bit: Int32Array;
  /** The bits of each word that are cells of the board. */
  readonly rowMask: Int32Array;
  /** cellOfBit[row · 32 + k]: the cell, −1 off the board. */
  readonly cellOfBit: Int16Array;
  /** step[direction · cells + cell]: the next cell in that direction, −1 off the board. */
  readonly step: Int16Array;
  /** Cells of the ray from `cell` in `direction`: ray[rayStart[cell · directions + direction] … next start). */
  readonly ray: Int16Array;
  readonly rayStart: Int32Array;
  /** direction[from · cells + to], −1 when the cells are not on one line. */
  readonly direction: Int8Array;
  /** Line axes as direction numbers, in detection order. */
  readonly axes: readonly number[];
  readonly recoveryAxes: readonly number[];
  /** adjacent[cell · adjacency + k], −1 off the board: neighbours for region connectivity. */
  readonly adjacent: Int16Array;
  readonly adjacency: number;
  /** borderChain[cell · 8 + k], −1 off the board; null where a border does not spread (hexagonal). */
  readonly borderChain: Int16Array | null;
}

const built = new Map<BoardName, Topology>();

export function topologyOf(board: BoardName): Topology {
  let topology = built.get(board);
  if (!topology) {
    topology = build(BOARD_SPECS[board]);
    built.set(board, topology);
  }
  return topology;
}

/** Cell number of a coordinate, −1 off the board. */
export function cellAt(topology: Topology, x: number, y: number): number {
  return topology.cellOfKey.get(keyOf(topology.spec, x, y)) ?? -1;
}

export function opposite(topology: Topology, direction: number): number {
  const half = topology.directions >> 1;
  return direction < half ? direction + half : direction - half;
}

function keyOf(spec: BoardSpec, x: number, y: number): string {
  return spec.shape === 'square' ? `${x},${y}` : `${x},${y},${0 - x - y}`;
}

function build(spec: BoardSpec): Topology {
  const coordinates = scan(spec);
  const cells = coordinates.length;
  const keys = coordinates.map(([x, y]) => keyOf(spec, x, y));
  const cellOfKey = new Map(keys.map((key, cell) => [key, cell]));
  const at = (x: number, y: number): number => cellOfKey.get(keyOf(spec, x, y)) ?? -1;

  const square = spec.shape === 'square';
  const vectors = square ? SQUARE_DIRECTIONS : HEX_DIRECTIONS;
  const step = new Int16Array(vectors.length * cells);
  const rayStart = new Int32Array(cells * vectors.length + 1);
  const ray: number[] = [];
  const direction = new Int8Array(cells * cells).fill(-1);
  for (let cell = 0; cell < cells; cell++) {
    const [x, y] = coordinates[cell] as readonly [number, number];
    vectors.forEach(([dx, dy], d) => {
      step[d * cells + cell] = at(x + dx, y + dy);
      rayStart[cell * vectors.length + d] = ray.length;
      for (let i = 1, next = at(x + dx, y + dy); next >= 0; i++, next = at(x + i * dx, y + i * dy)) {
        ray.push(next);
        direction[cell * cells + next] = d;
      }
    });
  }
  rayStart[cells * vectors.length] = ray.length;

  const row = Uint8Array.from(coordinates, ([x]) => x + spec.radius);
  const column = coordinates.map(([, y]) => y + spec.radius);
  const cellOfBit = new Int16Array(spec.size * 32).fill(-1);
  const rowMask = new Int32Array(spec.size);
  for (let cell = 0; cell < cells; cell++) {
    cellOfBit[row[cell] * 32 + column[cell]] = cell;
    rowMask[row[cell]] |= 1 << column[cell];
  }

  return {
    spec,
    cells,
    row,
    bit: Int32Array.from(column, (k) => 1 << k),
    rowMask,
    cellOfBit,
    directions: vectors.length,
    x: Int16Array.from(coordinates, ([x]) => x),
    y: Int16Array.from(coordinates, ([, y]) => y),
    keys,
    cellOfKey,
    step,
    ray: Int16Array.from(ray),
    rayStart,
    direction,
    axes: square ? SQUARE_AXES : HEX_AXES,
    recoveryAxes: square ? SQUARE_RECOVERY_AXES : HEX_AXES,
    adjacent: neighbours(coordinates, square ? SQUARE_ADJACENCY : HEX_DIRECTIONS, at),
    adjacency: square ? 4 : 6,
    borderChain: spec.name === 'hexagonal' ? null : neighbours(coordinates, BORDER_OFFSETS, at),
  };
}

function scan(spec: BoardSpec): (readonly [number, number])[] {
  const cells: (readonly [number, number])[] = [];
  if (spec.shape === 'square') {
    for (let x = 0; x < spec.size; x++) for (let y = 0; y < spec.size; y++) cells.push([x, y]);
    return cells;
  }
  const r = spec.radius;
  for (let x = -r; x <= r; x++) {
    for (let y = Math.max(-r, -x - r); y <= Math.min(r, -x + r); y++) cells.push([x, y]);
  }
  return cells;
}

function neighbours(
  coordinates: readonly (readonly [number, number])[],
  offsets: readonly (readonly [number, number])[],
  at: (x: number, y: number) => number,
): Int16Array {
  const table = new Int16Array(coordinates.length * offsets.length);
  coordinates.forEach(([x, y], cell) => {
    offsets.forEach(([dx, dy], k) => {
      table[cell * offsets.length + k] = at(x + dx, y + dy);
    });
  });
  return table;
}

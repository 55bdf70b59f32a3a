/** Tables of a board that only the heuristic needs; built once per board, read-only, shared. */
import type { BoardName } from '../../engine/boards.ts';
import type { Topology } from '../../engine/topology.ts';

export interface HeuristicGeometry {
  /** neighbour[cell · directions + direction], −1 off the board. */
  readonly neighbour: Int16Array;
  /** 1 for the cells of the centre. */
  readonly centre: Uint8Array;
  /** Manhattan distances: manhattan[a · cells + b]. On hexagons the sum of three, so that neighbours are 2 apart. */
  readonly manhattan: Uint8Array;
  /** Cells at Manhattan distance 1 or 2 of a cell, nearest first: near[nearStart[cell] … nearStart[cell + 1]). */
  readonly near: Int16Array;
  readonly nearStart: Int32Array;
}

/** Squares: centre coordinates from, to on both axes. Hexagons: largest distance from the centre cell. */
const CENTRE = { square8: [3, 4], square19: [8, 10], hex8: [0, 1], hexagonal: [0, 2] } as const;

/** Enemy stacks farther than this do not endanger a marker. */
const NEAR = 2;

const built = new Map<BoardName, HeuristicGeometry>();

export function geometryOf(topology: Topology): HeuristicGeometry {
  let geometry = built.get(topology.spec.name);
  if (!geometry) {
    geometry = build(topology);
    built.set(topology.spec.name, geometry);
  }
  return geometry;
}

function build(topology: Topology): HeuristicGeometry {
  const { cells, directions, step, x, y, spec } = topology;
  const hex = spec.shape === 'hex';
  const [low, high] = CENTRE[spec.name];
  const neighbour = new Int16Array(cells * directions);
  const centre = new Uint8Array(cells);
  const manhattan = new Uint8Array(cells * cells);
  const near: number[] = [];
  const nearStart = new Int32Array(cells + 1);
  for (let a = 0; a < cells; a++) {
    for (let d = 0; d < directions; d++) neighbour[a * directions + d] = step[d * cells + a];
    const inside = (v: number): boolean => v >= low && v <= high;
    const fromCentre = Math.max(Math.abs(x[a]), Math.abs(y[a]), Math.abs(x[a] + y[a]));
    centre[a] = (hex ? fromCentre <= high : inside(x[a]) && inside(y[a])) ? 1 : 0;
    for (let b = 0; b < cells; b++) {
      const dx = x[a] - x[b];
      const dy = y[a] - y[b];
      manhattan[a * cells + b] = Math.abs(dx) + Math.abs(dy) + (hex ? Math.abs(dx + dy) : 0);
    }
    nearStart[a] = near.length;
    for (let distance = 1; distance <= NEAR; distance++) {
      for (let b = 0; b < cells; b++) if (manhattan[a * cells + b] === distance) near.push(b);
    }
  }
  nearStart[cells] = near.length;
  return { neighbour, centre, manhattan, near: Int16Array.from(near), nearStart };
}

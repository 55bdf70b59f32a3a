/**
 * The square box on which a network sees a board: row = y, column = x, for squares and hexagons alike (hexagons in axial
 * coordinates moved by the radius). Box index = row · size + column. A hexagon leaves two corners of its box empty; with
 * this mapping the taps (+1, +1) and (−1, −1) of a 3×3 kernel are no hex neighbours.
 */
import type { Topology } from '../../engine/topology.ts';

export interface Box {
  /** Rows = columns: 8, 19, 9, 25. */
  readonly size: number;
  /** size². */
  readonly area: number;
  /** Box index by cell. */
  readonly ofCell: Int16Array;
  /** Cell by box index, −1 in the empty corners. */
  readonly cellAt: Int16Array;
  /** Cells of box row r are rowStart[r] … rowEnd[r] − 1 in box indices; rows have no gaps. */
  readonly rowStart: Int16Array;
  readonly rowEnd: Int16Array;
}

const built = new WeakMap<Topology, Box>();

export function boxOf(topology: Topology): Box {
  let box = built.get(topology);
  if (!box) {
    box = build(topology);
    built.set(topology, box);
  }
  return box;
}

function build(topology: Topology): Box {
  const { size, radius } = topology.spec;
  const area = size * size;
  const ofCell = Int16Array.from(topology.x, (x, cell) => (topology.y[cell] + radius) * size + x + radius);
  const cellAt = new Int16Array(area).fill(-1);
  for (let cell = 0; cell < ofCell.length; cell++) cellAt[ofCell[cell]] = cell;
  const rowStart = new Int16Array(size);
  const rowEnd = new Int16Array(size);
  for (let row = 0; row < size; row++) {
    const used = Array.from({ length: size }, (_, column) => row * size + column).filter((at) => cellAt[at] >= 0);
    rowStart[row] = used[0];
    rowEnd[row] = used[used.length - 1] + 1;
  }
  return { size, area, ofCell, cellAt, rowStart, rowEnd };
}

/**
 * Geometric symmetries of the boards and which of them the rules respect.
 *
 * Squares have eight (t: 0 identity, 1 (n−y,x), 2 (n−x,n−y), 3 (y,n−x), 4 (n−x,y), 5 (x,n−y), 6 (y,x), 7 (n−y,n−x)),
 * hexagons twelve (t 0–5 rotations by 60°, 6–11 the same followed by swapping x and y).
 */
import { BOARD_SPECS, type BoardName } from './boards.ts';
import { fieldA, fieldB, fieldC, Kind, kindOf, NO_CELL, packMove } from './moves.ts';
import { COLLAPSED, STACK, type State } from './state.ts';
import { regionOf } from './text.ts';
import { cellAt, type Topology, topologyOf } from './topology.ts';

type Map2 = (x: number, y: number) => readonly [number, number];

const SQUARE_MAPS: readonly ((x: number, y: number, n: number) => readonly [number, number])[] = [
  (x, y) => [x, y],
  (x, y, n) => [n - y, x],
  (x, y, n) => [n - x, n - y],
  (x, y, n) => [y, n - x],
  (x, y, n) => [n - x, y],
  (x, y, n) => [x, n - y],
  (x, y) => [y, x],
  (x, y, n) => [n - y, n - x],
];

const HEX_ROTATIONS: readonly Map2[] = [
  (x, y) => [x, y],
  (x, y) => [-y, x + y],
  (x, y) => [-x - y, x],
  (x, y) => [-x, -y],
  (x, y) => [y, -x - y],
  (x, y) => [x + y, -x],
];

const HEX_MAPS: readonly Map2[] = [
  ...HEX_ROTATIONS,
  ...HEX_ROTATIONS.map(
    (rotate): Map2 =>
      (x, y) => {
        const [a, b] = rotate(x, y);
        return [b, a];
      },
  ),
];

/**
 * The symmetries that commute with the rules, as the proof in test/engine/symmetry.test.ts finds them. On hex8 the
 * border of a region spreads over square offsets (docs/rules.md D10), which only the identity, the half turn and the
 * two reflections through that diagonal keep. Excepted are recovery slides into a line: the original tries axes in a
 * fixed order and lists one fixed window (docs/rules.md D26), so no symmetry but the identity respects those, on any
 * board.
 */
export const SYMMETRIES: Readonly<Record<BoardName, readonly number[]>> = {
  square8: [0, 1, 2, 3, 4, 5, 6, 7],
  square19: [0, 1, 2, 3, 4, 5, 6, 7],
  hex8: [0, 3, 6, 9],
  hexagonal: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
};

/** All geometric symmetries of the board's shape: 8 or 12. */
export function geometricSymmetries(board: BoardName): number {
  return BOARD_SPECS[board].shape === 'square' ? SQUARE_MAPS.length : HEX_MAPS.length;
}

const tables = new Map<string, Int16Array>();

/** table[cell] = where symmetry `t` carries the cell. */
export function symmetryTable(board: BoardName, t: number): Int16Array {
  const id = `${board}:${t}`;
  let table = tables.get(id);
  if (!table) {
    table = buildTable(topologyOf(board), t);
    tables.set(id, table);
  }
  return table;
}

function buildTable(topology: Topology, t: number): Int16Array {
  const n = topology.spec.size - 1;
  const square = topology.spec.shape === 'square';
  return Int16Array.from({ length: topology.cells }, (_, cell) => {
    const x = topology.x[cell];
    const y = topology.y[cell];
    const [u, v] = square ? SQUARE_MAPS[t](x, y, n) : HEX_MAPS[t](x, y);
    return cellAt(topology, u, v);
  });
}

/** Makes `target` the image of `source` under symmetry `t`; both of equal rules. */
export function transformState(source: State, t: number, target: State): void {
  const table = symmetryTable(source.rules.board, t);
  target.reset();
  for (let cell = 0; cell < table.length; cell++) {
    const content = source.content[cell];
    if (content === 0) continue;
    if (content <= STACK) target.setMarker(table[cell], content);
    else if (content > COLLAPSED) target.collapse(table[cell], content - COLLAPSED);
    else for (const colour of source.rings(cell).reverse()) target.pushTop(table[cell], colour);
  }
  target.copyTurnFrom(source);
  target.mustMove = source.mustMove < 0 ? -1 : table[source.mustMove];
  target.attacker = source.attacker < 0 ? -1 : table[source.attacker];
}

/** Image under `t` of a move that is packed for `s`, packed for the image of `s`. */
export function transformMove(s: State, move: number, t: number): number {
  const table = symmetryTable(s.rules.board, t);
  const kind = kindOf(move);
  const a = fieldA(move);
  const b = fieldB(move);
  const c = fieldC(move);
  switch (kind) {
    case Kind.place:
      return packMove(kind, table[a], b);
    case Kind.territory:
      return packMove(kind, Math.min(...regionOf(s, move).map((cell) => table[cell])), b);
    case Kind.processLine:
    case Kind.lineAll:
    case Kind.lineWindow:
      return transformLine(s, move, table);
    case Kind.move:
    case Kind.capture:
    case Kind.chain:
    case Kind.recoverLine:
    case Kind.recoverWindow:
    case Kind.recoverFallback:
    case Kind.recoverStrike:
      return packMove(kind, table[a], table[b], kind === Kind.move ? c : c === NO_CELL ? NO_CELL : table[c]);
    case Kind.eliminateLine:
    case Kind.eliminateTerritory:
    case Kind.eliminateRecovery:
    case Kind.forcedElimination:
      return packMove(kind, table[a]);
    default:
      return move;
  }
}

/** Lines run along the positive direction of their axis, so an image may have to be turned round. */
function transformLine(s: State, move: number, table: Int16Array): number {
  const { topology, lineLength } = s.rules;
  const kind = kindOf(move);
  const first = table[fieldA(move)];
  const last = table[fieldB(move)];
  const direction = topology.direction[first * topology.cells + last];
  const forward = topology.axes.includes(direction);
  if (kind !== Kind.lineWindow) return forward ? packMove(kind, first, last) : packMove(kind, last, first);
  const window = table[fieldC(move)];
  if (forward) return packMove(kind, first, last, window);
  let end = window;
  for (let i = 1; i < lineLength; i++) end = topology.step[direction * topology.cells + end];
  return packMove(kind, last, first, end);
}

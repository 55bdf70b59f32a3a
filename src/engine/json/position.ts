/** Coordinates as they stand in JSON, checked on the way in. */
import { RulesError } from '../errors.ts';
import { cellAt, type Topology } from '../topology.ts';

/** `z` is absent or null on square boards, −x−y on hexagons. */
export interface PositionJson {
  readonly x: number;
  readonly y: number;
  readonly z?: number | null;
}

/** Cell of a JSON coordinate. Throws SETUP_INVALID/MOVE_INVALID text through `fail` when it is off the board. */
export function readCell(topology: Topology, value: unknown, what: string): number {
  if (typeof value !== 'object' || value === null) throw new RulesError('MOVE_INVALID', `${what} is missing`);
  const { x, y, z } = value as Record<string, unknown>;
  if (!Number.isInteger(x) || !Number.isInteger(y)) {
    throw new RulesError('MOVE_INVALID', `${what} ${JSON.stringify(value)} is not a coordinate`);
  }
  const hex = topology.spec.shape === 'hex';
  const consistent = hex
    ? z === undefined || z === null || z === 0 - (x as number) - (y as number)
    : z === undefined || z === null;
  const cell = consistent ? cellAt(topology, x as number, y as number) : -1;
  if (cell < 0)
    throw new RulesError('MOVE_INVALID', `${what} ${JSON.stringify(value)} is off the ${topology.spec.name} board`);
  return cell;
}

export function readCells(topology: Topology, value: unknown, what: string): number[] {
  if (!Array.isArray(value)) throw new RulesError('MOVE_INVALID', `${what} is missing`);
  const cells = value.map((position) => readCell(topology, position, what));
  if (new Set(cells).size !== cells.length) throw new RulesError('MOVE_INVALID', `${what} names a cell twice`);
  return cells;
}

/** Cell of a key such as `"3,4"` or `"1,-1,0"`. */
export function readKey(topology: Topology, value: unknown, what: string): number {
  const cell = typeof value === 'string' ? topology.cellOfKey.get(value) : undefined;
  if (cell === undefined) {
    throw new RulesError(
      'MOVE_INVALID',
      `${what} ${JSON.stringify(value)} is no cell of the ${topology.spec.name} board`,
    );
  }
  return cell;
}

export function positionOf(topology: Topology, cell: number): PositionJson {
  const x = topology.x[cell];
  const y = topology.y[cell];
  return topology.spec.shape === 'hex' ? { x, y, z: 0 - x - y } : { x, y };
}

/**
 * Policy layout `rr1`: every legal move on its own, as a kind, up to three cells and one number. A network scores a move
 * from the embeddings of its cells (net/arch/forward.ts); nothing the size of all conceivable moves exists anywhere.
 * Distinct legal moves of a position always differ in kind or cells. Any change is a new layout id.
 *
 *   kind                  from             to            third            number
 *   place 1, 2, 3         –                cell          –                0
 *   move                  stack            landing       –                distance / (size − 1)
 *   capture, chain        stack            landing       target           distance / (size − 1)
 *   recover line … strike marker           destination   payer            0     (the short line: no payer)
 *   lines                 first cell       last cell     window's first   length / size
 *   territory ×5          a cell of it     –             –                cells of it / cells of the board
 *   eliminations ×4       stack            –             –                rings it loses / 10
 *   skips, swap, nothing  –                –             –                0
 *
 * A region's kind says what bounds it (collapsed cells alone, or markers of relative seat 0–3); regions of one kind are
 * disjoint, so any cell names one: the one nearest to its centre of mass, ties to the earlier cell.
 */
import { fieldA, fieldB, fieldC, Kind, kindOf, type MoveList, NO_CELL } from '../../../engine/moves.ts';
import { regionCells } from '../../../engine/regions.ts';
import type { State } from '../../../engine/state.ts';
import { boxOf } from '../box.ts';

export const RR1_POLICY = 'rr1';

/** Names of the kinds, by number. */
export const MOVE_KINDS = [
  'place_1',
  'place_2',
  'place_3',
  'move',
  'capture',
  'chain',
  'skip_placement',
  'swap',
  'skip_capture',
  'skip_recovery',
  'skip_territory',
  'recover_line',
  'recover_short',
  'recover_fallback',
  'recover_strike',
  'process_line',
  'line_all',
  'line_window',
  'territory_walls',
  'territory_own',
  'territory_next',
  'territory_second',
  'territory_third',
  'eliminate_line',
  'eliminate_territory',
  'eliminate_recovery',
  'eliminate_forced',
  'no_placement',
  'no_movement',
  'no_line',
  'no_territory',
] as const;
export type MoveKindName = (typeof MOVE_KINDS)[number];
export const MOVE_KIND_COUNT = MOVE_KINDS.length;

/** Policy kind by engine kind; −1 where it needs more than the kind, or is no legal move. */
const KIND_OF_ENGINE: Int8Array = new Int8Array(32).fill(-1);
const NAMES: readonly (readonly [number, MoveKindName])[] = [
  [Kind.skipPlacement, 'skip_placement'],
  [Kind.noPlacement, 'no_placement'],
  [Kind.swap, 'swap'],
  [Kind.move, 'move'],
  [Kind.capture, 'capture'],
  [Kind.chain, 'chain'],
  [Kind.skipCapture, 'skip_capture'],
  [Kind.recoverLine, 'recover_line'],
  [Kind.recoverWindow, 'recover_short'],
  [Kind.recoverFallback, 'recover_fallback'],
  [Kind.recoverStrike, 'recover_strike'],
  [Kind.skipRecovery, 'skip_recovery'],
  [Kind.noMovement, 'no_movement'],
  [Kind.processLine, 'process_line'],
  [Kind.lineAll, 'line_all'],
  [Kind.lineWindow, 'line_window'],
  [Kind.noLine, 'no_line'],
  [Kind.eliminateLine, 'eliminate_line'],
  [Kind.skipTerritory, 'skip_territory'],
  [Kind.eliminateTerritory, 'eliminate_territory'],
  [Kind.eliminateRecovery, 'eliminate_recovery'],
  [Kind.noTerritory, 'no_territory'],
  [Kind.forcedElimination, 'eliminate_forced'],
];
for (const [kind, name] of NAMES) KIND_OF_ENGINE[kind] = MOVE_KINDS.indexOf(name);
const TERRITORY_WALLS = MOVE_KINDS.indexOf('territory_walls');

/** Numbers of a row: sample, kind, from, to, third. Cells are box indices (row · size + column), −1 for none. */
export const MOVE_COLUMNS = 5;
/** Rings that count as 1 in the number of an elimination. */
const WHOLE_ELIMINATION = 10;

const region = new Int16Array(512);

/**
 * Writes one row per move of `legal`: rows `row` … of `rows` Int32[M, 5] and of `numbers` Float32[M], with `sample` in the
 * first column. Returns the next free row. Allocates nothing. Throws RangeError when the arrays are too short.
 */
export function writeMoves(
  s: State,
  legal: MoveList,
  sample: number,
  rows: Int32Array,
  numbers: Float32Array,
  row: number,
): number {
  if (numbers.length < row + legal.length || rows.length < (row + legal.length) * MOVE_COLUMNS) {
    throw new RangeError(`${legal.length} moves do not fit from row ${row}`);
  }
  for (let i = 0; i < legal.length; i++) writeMove(s, legal.moves[i], sample, rows, numbers, row + i);
  return row + legal.length;
}

function writeMove(s: State, move: number, sample: number, rows: Int32Array, numbers: Float32Array, row: number): void {
  const { topology } = s.rules;
  const { size } = topology.spec;
  const box = boxOf(topology).ofCell;
  const engineKind = kindOf(move);
  const a = fieldA(move);
  const b = fieldB(move);
  let kind = KIND_OF_ENGINE[engineKind];
  let from = -1;
  let to = -1;
  let third = -1;
  let number = 0;
  switch (engineKind) {
    case Kind.place:
      kind = b - 1;
      to = box[a];
      break;
    case Kind.move:
      from = box[a];
      to = box[b];
      number = distance(from, to, size) / (size - 1);
      break;
    case Kind.capture:
    case Kind.chain:
      from = box[a];
      to = box[fieldC(move)];
      third = box[b];
      number = distance(from, to, size) / (size - 1);
      break;
    case Kind.recoverLine:
    case Kind.recoverWindow:
    case Kind.recoverFallback:
    case Kind.recoverStrike:
      from = box[a];
      to = box[b];
      if (fieldC(move) !== NO_CELL) third = box[fieldC(move)];
      break;
    case Kind.processLine:
    case Kind.lineAll:
    case Kind.lineWindow:
      from = box[a];
      to = box[b];
      if (engineKind === Kind.lineWindow) third = box[fieldC(move)];
      number = (distance(from, to, size) + 1) / size;
      break;
    case Kind.territory: {
      const count = regionCells(s, a, b, region);
      kind = TERRITORY_WALLS + (b === 0 ? 0 : 1 + ((b - s.player + s.rules.players) % s.rules.players));
      from = box[middleOf(s, count)];
      number = count / topology.cells;
      break;
    }
    case Kind.eliminateLine:
    case Kind.eliminateRecovery:
      from = box[a];
      number = 1 / WHOLE_ELIMINATION;
      break;
    case Kind.eliminateTerritory:
    case Kind.forcedElimination:
      from = box[a];
      number = s.cap[a] / WHOLE_ELIMINATION;
      break;
  }
  if (kind < 0) throw new RangeError(`a move of kind ${engineKind} has no place in the policy`);
  const at = row * MOVE_COLUMNS;
  rows[at] = sample;
  rows[at + 1] = kind;
  rows[at + 2] = from;
  rows[at + 3] = to;
  rows[at + 4] = third;
  numbers[row] = number;
}

/** Steps along a straight line between two box indices. */
function distance(from: number, to: number, size: number): number {
  const dy = Math.floor(to / size) - Math.floor(from / size);
  const dx = (to % size) - (from % size);
  return Math.max(Math.abs(dx), Math.abs(dy));
}

/** The cell of region[0 … count) nearest to the centre of mass. All sums are whole numbers, so nothing rounds. */
function middleOf(s: State, count: number): number {
  const { x, y, spec } = s.rules.topology;
  const skew = spec.shape === 'hex' ? 1 : 0;
  let sumX = 0;
  let sumY = 0;
  for (let i = 0; i < count; i++) {
    sumX += x[region[i]];
    sumY += y[region[i]];
  }
  let best = region[0];
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const cell = region[i];
    const dx = count * x[cell] - sumX;
    const dy = count * y[cell] - sumY;
    const squared = dx * dx + dy * dy + skew * dx * dy;
    if (squared < nearest || (squared === nearest && cell < best)) {
      nearest = squared;
      best = cell;
    }
  }
  return best;
}

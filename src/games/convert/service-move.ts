/**
 * Moves as the original's Python service writes them: every field it knows, absent ones null (docs/upstream-formats.md
 * §1.3).
 */
import { at } from '../../core/at.ts';
import { type MoveJson, moveToJson } from '../../engine/json/move.ts';
import { fieldA } from '../../engine/moves.ts';
import { PHASES } from '../../engine/phases.ts';
import type { State } from '../../engine/state.ts';

type Obj = Record<string, unknown>;

/** In the order of its files. */
const FIELDS = [
  ...['id', 'type', 'player', 'from', 'to', 'captureTarget', 'capturedStacks', 'captureChain', 'overtakenRings'],
  ...['placedOnStack', 'placementCount', 'stackMoved', 'minimumDistance', 'actualDistance', 'markerLeft', 'lineIndex'],
  ...['formedLines', 'collapsedMarkers', 'claimedTerritory', 'disconnectedRegions', 'recoveryOption', 'recoveryMode'],
  ...['collapsePositions', 'extractionStacks', 'eliminatedRings', 'eliminationContext'],
  ...['timestamp', 'thinkTime', 'moveNumber', 'phase'],
] as const;

/** Types that carry a meaningless `to` of 0,0. */
const NOWHERE: ReadonlySet<string> = new Set([
  ...['no_line_action', 'no_territory_action', 'no_placement_action', 'no_movement_action', 'skip_capture'],
  ...['skip_territory_processing', 'swap_sides'],
]);
/** Types whose id says that a simulation made them. */
const SIMULATED: ReadonlySet<string> = new Set(['place_ring', 'move_stack', 'forced_elimination', 'skip_placement']);

/** The move in full, from the position before it. `ply` is 0-based; `timestamp` ISO-8601. */
export function serviceMove(s: State, move: number, ply: number, timestamp: string): Obj {
  const json = moveToJson(s, move);
  const { type } = json;
  const square = s.rules.topology.spec.shape === 'square';
  const full = {
    ...json,
    ...(json.formedLines && { formedLines: withDirection(json.formedLines) }),
    // a region is its mover's there, whatever colour its border has
    ...(json.disconnectedRegions && {
      disconnectedRegions: json.disconnectedRegions.map((region) => ({ ...region, controllingPlayer: s.player })),
    }),
  };
  const known: Obj = { ...(square ? nullZ(full) : full) };
  if (NOWHERE.has(type)) known.to = { x: 0, y: 0, z: null };
  if (type === 'place_ring') {
    known.placedOnStack = at(s.height, fieldA(move)) > 0;
  } else if (type === 'forced_elimination') Object.assign(known, { placedOnStack: false, placementCount: 0 });
  // the original fills these only in the cases that are left
  if (json.eliminationContext === 'territory' || type === 'forced_elimination') known.eliminatedRings = null;
  const context = { id: idOf(json, ply), timestamp, thinkTime: 0, moveNumber: ply + 1, phase: PHASES[s.phase] };
  return complete({ ...known, ...context });
}

const complete = (known: Obj): Obj => Object.fromEntries(FIELDS.map((field) => [field, known[field] ?? null]));

/** Squares have `z: null` in every coordinate. */
function nullZ(value: unknown): Obj {
  const walk = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(walk);
    if (typeof item !== 'object' || item === null) return item;
    const entries = Object.entries(item).map(([key, inner]): [string, unknown] => [key, walk(inner)]);
    return Object.fromEntries('x' in item && 'y' in item ? [...entries, ['z', null]] : entries);
  };
  return walk(value) as Obj;
}

/** Lines also say which way they run: the step from their first cell to the second. */
const withDirection = (lines: NonNullable<MoveJson['formedLines']>) =>
  lines.map((line) => {
    const [a, b] = [at(line.positions, 0), at(line.positions, 1)];
    const z = a.z == null || b.z == null ? null : b.z - a.z;
    return { ...line, direction: { x: b.x - a.x, y: b.y - a.y, z } };
  });

/** `x,y` or `x,y,z`. */
export function keyOfPlace({
  x,
  y,
  z,
}: {
  readonly x: number;
  readonly y: number;
  readonly z?: number | null;
}): string {
  return z == null ? `${x},${y}` : `${x},${y},${z}`;
}

const keyOf = (position: MoveJson['to']): string => (position ? keyOfPlace(position) : '');

/** Labels only, but the ones the original gives. */
function idOf(move: MoveJson, ply: number): string {
  const { type } = move;
  const number = ply + 1;
  const to = keyOf(move.to);
  if (SIMULATED.has(type)) return 'simulated';
  switch (type) {
    case 'overtaking_capture':
    case 'continue_capture_segment':
      return `capture-${keyOf(move.from)}-${keyOf(move.captureTarget)}-${to}-${number}`;
    case 'recovery_slide':
      return `recovery-${move.recoveryMode}-${keyOf(move.from)}-${to}-${number}`;
    case 'process_line':
      return `process-line-0-${to}`;
    case 'choose_line_option':
      return `choose-line-option-0-${to}-${move.collapsedMarkers?.length === move.formedLines?.[0]?.length ? 'all' : 'min'}`;
    case 'choose_territory_option':
      return `choose-territory-option-0-${to}`;
    case 'eliminate_rings_from_stack':
      return move.eliminationContext === 'line' ? `eliminate-line-${to}` : `eliminate-rings-from-stack-${number}-${to}`;
    case 'swap_sides':
      return `swap_sides-${number}`;
    default:
      return `${type.replaceAll('_', '-')}-${number}`;
  }
}

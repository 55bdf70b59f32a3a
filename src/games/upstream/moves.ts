/**
 * Names of moves and phases in stored games: the canonical ones, the older names that occur in files, and which
 * move belongs to which phase (docs/upstream-formats.md §1.3). The rules themselves live in the engine; this is
 * spelling.
 */

import { LEGACY_MOVE_TYPES } from '../../engine/json/move.ts';

/** Phase → the move types it may contain, in the order in which a missing phase is inferred. */
export const PHASE_MOVES = {
  ring_placement: ['place_ring', 'skip_placement', 'no_placement_action', 'swap_sides'],
  movement: ['move_stack', 'overtaking_capture', 'recovery_slide', 'skip_recovery', 'no_movement_action'],
  capture: ['overtaking_capture', 'skip_capture'],
  chain_capture: ['continue_capture_segment'],
  line_processing: ['process_line', 'choose_line_option', 'no_line_action', 'eliminate_rings_from_stack'],
  territory_processing: [
    'choose_territory_option',
    'eliminate_rings_from_stack',
    'skip_territory_processing',
    'no_territory_action',
  ],
  forced_elimination: ['forced_elimination'],
} as const;

export type StoredPhase = keyof typeof PHASE_MOVES;
export type StoredMoveType = (typeof PHASE_MOVES)[StoredPhase][number] | 'resign' | 'timeout';

const PHASES = Object.keys(PHASE_MOVES) as StoredPhase[];
/** May be made in any phase, which must then be given. */
const ANY_PHASE: readonly string[] = ['resign', 'timeout'];
const TYPES: ReadonlySet<string> = new Set([...PHASES.flatMap((phase) => PHASE_MOVES[phase]), ...ANY_PHASE]);

const isMoveType = (name: string): name is StoredMoveType => TYPES.has(name);
const isPhase = (name: string): name is StoredPhase => Object.hasOwn(PHASE_MOVES, name);

/** The canonical name of a stored move type, or undefined when it is none. */
export function canonicalMoveType(name: string): StoredMoveType | undefined {
  const canonical = LEGACY_MOVE_TYPES[name] ?? name;
  return isMoveType(canonical) ? canonical : undefined;
}

/** The phase of a stored move; an empty one, and `game_over`, is inferred from the type. Undefined when it cannot be. */
export function canonicalPhase(stored: string | null, type: StoredMoveType): StoredPhase | undefined {
  if (stored !== null && isPhase(stored)) return stored;
  if (stored !== null && stored !== '' && stored !== 'game_over') return undefined;
  return PHASES.find((phase) => (PHASE_MOVES[phase] as readonly string[]).includes(type));
}

/** Whether the storage contract allows this move in this phase. */
export const phaseAllows = (phase: StoredPhase, type: StoredMoveType): boolean =>
  ANY_PHASE.includes(type) || (PHASE_MOVES[phase] as readonly string[]).includes(type);

const NEEDS: Partial<Record<StoredMoveType, readonly string[]>> = {
  place_ring: ['to'],
  move_stack: ['from', 'to'],
  overtaking_capture: ['from', 'to', 'captureTarget'],
  continue_capture_segment: ['from', 'to', 'captureTarget'],
  recovery_slide: ['from', 'to'],
};

/** The first position field this type needs and the move lacks. */
export function missingPosition(type: StoredMoveType, move: Readonly<Record<string, unknown>>): string | undefined {
  return NEEDS[type]?.find((field) => move[field] === null || move[field] === undefined);
}

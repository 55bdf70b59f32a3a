/**
 * Names of moves and phases in stored games: the canonical ones, the older names that occur in files, and which
 * move belongs to which phase (data-formats.md §1.3). The rules themselves live in the engine; this is spelling.
 */

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

const LEGACY_NAMES: Readonly<Record<string, StoredMoveType>> = {
  move_ring: 'move_stack',
  build_stack: 'move_stack',
  choose_line_reward: 'choose_line_option',
  line_reward: 'choose_line_option',
  line_choice: 'choose_line_option',
  process_territory_region: 'choose_territory_option',
  territory_region: 'choose_territory_option',
  territory_choice: 'choose_territory_option',
  territory_claim: 'choose_territory_option',
  line_formation: 'process_line',
  no_line_reward: 'no_line_action',
  skip_line_reward: 'no_line_action',
  no_territory_reward: 'no_territory_action',
  skip_territory_reward: 'no_territory_action',
  capture: 'overtaking_capture',
  capture_ring: 'overtaking_capture',
  perform_capture: 'overtaking_capture',
  chain_capture: 'continue_capture_segment',
  recover_ring: 'recovery_slide',
  stack_recovery: 'recovery_slide',
  eliminate_player: 'forced_elimination',
  forced_eliminate: 'forced_elimination',
  pie_rule: 'swap_sides',
  swap_sides_accepted: 'swap_sides',
  swap_colors: 'swap_sides',
};

const isMoveType = (name: string): name is StoredMoveType => TYPES.has(name);
const isPhase = (name: string): name is StoredPhase => Object.hasOwn(PHASE_MOVES, name);

/** The canonical name of a stored move type, or undefined when it is none. */
export function canonicalMoveType(name: string): StoredMoveType | undefined {
  return isMoveType(name) ? name : LEGACY_NAMES[name];
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

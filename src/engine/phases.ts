/** Phases of a turn, outcomes and their names; the numbers are what packed states hold. */

export const PHASES = [
  'ring_placement',
  'movement',
  'capture',
  'chain_capture',
  'line_processing',
  'territory_processing',
  'forced_elimination',
  'game_over',
] as const;
export type PhaseName = (typeof PHASES)[number];

export const Phase = {
  placement: 0,
  movement: 1,
  capture: 2,
  chain: 3,
  lines: 4,
  territory: 5,
  forced: 6,
  over: 7,
} as const;

/** How a game ended, in the finer terms of docs/upstream-formats.md §10.6; `none` while it runs. */
export const OUTCOMES = [
  'none',
  'ring_threshold',
  'territory_threshold',
  'lps_sole_material',
  'lps_three_rounds',
  'stalemate_territory',
  'stalemate_rings',
  'stalemate_markers',
  'stalemate_last_actor',
  'resignation',
  'timeout',
] as const;
export type OutcomeName = (typeof OUTCOMES)[number];

export const Outcome = {
  none: 0,
  ringThreshold: 1,
  territoryThreshold: 2,
  lpsSoleMaterial: 3,
  lpsRounds: 4,
  stalemateTerritory: 5,
  stalemateRings: 6,
  stalemateMarkers: 7,
  stalemateLastActor: 8,
  resignation: 9,
  timeout: 10,
} as const;

/** The original's coarser reason for each outcome. */
export const REASON_OF_OUTCOME: Readonly<Record<Exclude<OutcomeName, 'none'>, string>> = {
  ring_threshold: 'ring_elimination',
  territory_threshold: 'territory_control',
  lps_sole_material: 'last_player_standing',
  lps_three_rounds: 'last_player_standing',
  stalemate_territory: 'territory_control',
  stalemate_rings: 'ring_elimination',
  stalemate_markers: 'last_player_standing',
  stalemate_last_actor: 'last_player_standing',
  resignation: 'resignation',
  timeout: 'timeout',
};

/** Who noticed the end: the turn engine at the end of a turn, the test after every move, or the round counter. */
export const DETECTORS = ['none', 'engine', 'host', 'lps'] as const;
export const Detector = { none: 0, engine: 1, host: 2, lps: 3 } as const;

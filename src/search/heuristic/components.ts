/** The 21 components of the evaluation, in the order of the exported feature vector (docs/upstream-formats.md §7.5). */

export const COMPONENTS = [
  'stack_control',
  'territory',
  'rings_in_hand',
  'center_control',
  'eliminated_rings',
  'marker_count',
  'opponent_threats',
  'mobility',
  'stack_mobility',
  'victory_proximity',
  'opponent_victory_threat',
  'multi_leader_threat',
  'line_potential',
  'line_connectivity',
  'vulnerability',
  'overtake_potential',
  'territory_closure',
  'territory_safety',
  'forced_elimination_risk',
  'lps_action_advantage',
  'recovery_potential',
] as const;
export type ComponentName = (typeof COMPONENTS)[number];
export const COMPONENT_COUNT = COMPONENTS.length;

/** "Light" evaluations add up the first twelve only. */
export const LIGHT_COMPONENTS = 12;

/** What each component is divided by in the feature vector before it is clipped to [−1, 1]. */
export const FEATURE_SCALES = [
  100, 100, 30, 50, 100, 50, 50, 100, 50, 200, 100, 50, 100, 50, 100, 100, 100, 50, 50, 30, 50,
] as const;

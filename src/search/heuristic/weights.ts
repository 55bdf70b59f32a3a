/**
 * The weights of the heuristic evaluation (docs/upstream-formats.md §7.5): four tuned profiles in the canonical key
 * order of the original, the personas that scale the balanced one, and who plays with which. Ten keys, ADJACENCY,
 * SAFE_MOVE_*, RECOVERY_THREAT and the SWAP_* ones do not enter the 21-component sum; they are kept so that a profile
 * is complete.
 */
import type { BoardName, PlayerCount } from '../../engine/boards.ts';
import type { Random } from '../../engine/random.ts';

/** Key: balanced, square19 with two players, three players, four players. */
const TABLE = {
  STACK_CONTROL: [10, 10.57, 9.84, 10.21],
  STACK_HEIGHT: [5, 4.52, 5.8, 6.85],
  CAP_HEIGHT: [6, 5.19, 5.58, 5.64],
  TERRITORY: [8, 7.24, 8.4, 6.55],
  RINGS_IN_HAND: [3, 1.53, 1.63, 0.25],
  CENTER_CONTROL: [4, 4.45, 4.13, 5.35],
  ADJACENCY: [2, 0.81, 0.88, -0.98],
  OPPONENT_THREAT: [6, 6.05, 5.29, 4.28],
  MOBILITY: [4, 3.48, 5.54, 2.73],
  ELIMINATED_RINGS: [12, 11.91, 10.89, 11.67],
  LINE_POTENTIAL: [7, 8.37, 7.13, 7.16],
  VICTORY_PROXIMITY: [20, 20.43, 20.67, 19.91],
  MARKER_COUNT: [1.5, -1.9, 0.17, -0.42],
  VULNERABILITY: [8, 7.68, 7.28, 7.69],
  OVERTAKE_POTENTIAL: [8, 8.34, 7.53, 7.27],
  TERRITORY_CLOSURE: [10, 5.67, 8.61, 6.13],
  LINE_CONNECTIVITY: [6, 4.63, 3.62, 3.09],
  TERRITORY_SAFETY: [5, 4.41, 5.06, 4.5],
  STACK_MOBILITY: [4, 3.79, 3.04, 3.07],
  OPPONENT_VICTORY_THREAT: [6, 5.44, 6.34, 4.19],
  FORCED_ELIMINATION_RISK: [4, 3.87, 3.05, 4.99],
  LPS_ACTION_ADVANTAGE: [2, 1.73, 2.77, 1.41],
  MULTI_LEADER_THREAT: [2, 1.73, 1.97, 1.65],
  NO_STACKS_PENALTY: [50, 50.93, 49.49, 50.68],
  SINGLE_STACK_PENALTY: [10, 9.2, 10.6, 9.5],
  STACK_DIVERSITY_BONUS: [2, 2.96, 1.62, 1.99],
  SAFE_MOVE_BONUS: [1, 1.2, 0.93, 0.02],
  NO_SAFE_MOVES_PENALTY: [2, 1.33, 2.6, 1.35],
  VICTORY_THRESHOLD_BONUS: [1000, 999.42, 1000.8, 1001.28],
  RINGS_PROXIMITY_FACTOR: [50, 50.51, 49.7, 50.98],
  TERRITORY_PROXIMITY_FACTOR: [50, 49.73, 50.68, 50.06],
  TWO_IN_ROW: [1, 0.28, 0.79, 0.2],
  THREE_IN_ROW: [2, 2.01, 1.13, 1.53],
  FOUR_IN_ROW: [5, 5.8, 5.32, 5.64],
  CONNECTED_NEIGHBOR: [1, 0.99, 0.42, 1.06],
  GAP_POTENTIAL: [0.5, -0.26, 1.39, 0.23],
  BLOCKED_STACK_PENALTY: [5, 5.8, 5.7, 5.13],
  SWAP_OPENING_CENTER: [15, 15.6, 15.56, 15.32],
  SWAP_OPENING_ADJACENCY: [3, 3.17, 2.69, 3.24],
  SWAP_OPENING_HEIGHT: [2, 1.22, 2.23, 1.4],
  SWAP_CORNER_PENALTY: [8, 7.27, 7.68, 5.67],
  SWAP_EDGE_BONUS: [2, 2.15, 1.38, 2.27],
  SWAP_DIAGONAL_BONUS: [6, 5.19, 6.64, 5.71],
  SWAP_OPENING_STRENGTH: [20, 21.1, 19.6, 20.96],
  SWAP_EXPLORATION_TEMPERATURE: [0, -0.38, 0.81, -0.19],
  RECOVERY_POTENTIAL: [6, 8, 7, 8],
  RECOVERY_ELIGIBILITY: [8, 10, 9, 10],
  BURIED_RING_VALUE: [3, 4, 3.5, 4],
  RECOVERY_THREAT: [5, 6, 5.5, 6],
  CHAIN_CAPTURE_RISK: [7, 8, 6, 8],
  CHAIN_CAPTURE_POTENTIAL: [6, 7, 5, 7],
  TEMPO_ADVANTAGE: [5, 6, 4, 6],
  FORCING_MOVE_VALUE: [3, 4, 2.5, 4],
  ENDGAME_AGGRESSION: [4, 5, 3.5, 5],
  PHASE_TRANSITION_BONUS: [3, 4, 2.5, 4],
  STACK_SYNERGY: [4, 5, 3.5, 5],
  MUTUAL_DEFENSE: [3, 4, 2.5, 4],
  EXPANSION_POTENTIAL: [5, 6, 4.5, 5.5],
  FRONTIER_STRENGTH: [3, 4, 2.5, 3.5],
} as const satisfies Record<string, readonly [number, number, number, number]>;

export type WeightKey = keyof typeof TABLE;
export const WEIGHT_KEYS = Object.keys(TABLE) as readonly WeightKey[];
export type Weights = Readonly<Record<WeightKey, number>>;

const derive = (value: (key: WeightKey) => number): Weights => {
  const weights: Partial<Record<WeightKey, number>> = {};
  for (const key of WEIGHT_KEYS) weights[key] = value(key);
  return weights as Weights;
};

const column = (i: 0 | 1 | 2 | 3): Weights => derive((key) => TABLE[key][i]);
const scaled = (base: Weights, factors: Partial<Weights>): Weights => derive((key) => base[key] * (factors[key] ?? 1));

const balanced = column(0);

/** Every profile and persona by name. `strong` is the original's other name for balanced. */
export const PROFILES = {
  balanced,
  strong: balanced,
  medium: derive((key) => balanced[key] * 0.75),
  weak: derive((key) => balanced[key] * 0.5),
  square19_2p: column(1),
  '3p': column(2),
  '4p': column(3),
  aggressive: scaled(balanced, {
    ELIMINATED_RINGS: 1.25,
    OVERTAKE_POTENTIAL: 1.25,
    VICTORY_PROXIMITY: 1.15,
    LINE_POTENTIAL: 1.1,
    VULNERABILITY: 0.85,
    TERRITORY_SAFETY: 0.85,
    FORCED_ELIMINATION_RISK: 0.85,
    OPPONENT_VICTORY_THREAT: 1.1,
    MULTI_LEADER_THREAT: 0.8,
  }),
  territorial: scaled(balanced, {
    TERRITORY: 1.25,
    TERRITORY_CLOSURE: 1.25,
    MULTI_LEADER_THREAT: 1.25,
    TERRITORY_SAFETY: 1.2,
    LINE_POTENTIAL: 1.15,
    LINE_CONNECTIVITY: 1.15,
    OPPONENT_VICTORY_THREAT: 1.15,
    MARKER_COUNT: 1.1,
    LPS_ACTION_ADVANTAGE: 1.1,
    ELIMINATED_RINGS: 0.9,
  }),
  defensive: scaled(balanced, {
    VULNERABILITY: 1.25,
    STACK_MOBILITY: 1.2,
    LPS_ACTION_ADVANTAGE: 1.2,
    STACK_CONTROL: 1.15,
    TERRITORY_SAFETY: 1.15,
    MOBILITY: 1.1,
    MULTI_LEADER_THREAT: 1.1,
    FORCED_ELIMINATION_RISK: 1.3,
    OPPONENT_VICTORY_THREAT: 1.05,
    OVERTAKE_POTENTIAL: 0.9,
    ELIMINATED_RINGS: 0.9,
  }),
} as const satisfies Record<string, Weights>;

export type ProfileName = keyof typeof PROFILES;
export const PROFILE_NAMES = Object.keys(PROFILES) as readonly ProfileName[];

/** The tuned profile of a configuration, which the original uses only where a profile id is given. */
export function profileOfConfig(board: BoardName, players: PlayerCount): ProfileName {
  if (players === 3) return '3p';
  if (players === 4) return '4p';
  return board === 'square19' ? 'square19_2p' : 'balanced';
}

/** The profile of a difficulty 1–10 where no profile id is given; self-play (8) and gauntlets (5) are aggressive. */
export function profileOfDifficulty(difficulty: number): ProfileName {
  if (difficulty === 2) return 'weak';
  if (difficulty === 3) return 'medium';
  return difficulty >= 5 ? 'aggressive' : 'balanced';
}

/** Each weight times an independent factor uniform in [1 − noise, 1 + noise). */
export function withNoise(weights: Weights, noise: number, random: Random): Weights {
  if (noise === 0) return weights;
  return derive((key) => weights[key] * (1 + noise * (2 * random.unit() - 1)));
}

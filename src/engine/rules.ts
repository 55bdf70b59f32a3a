/** The rules of one game: a board, a number of players, the options, and every number that follows from them. */
import { BOARD_SPECS, type BoardName, effectiveLineLength, type PlayerCount } from './boards.ts';
import { type Topology, topologyOf } from './topology.ts';

/** Bump when the same moves could give another game: stored with every record and model. */
export const RULES_VERSION = 'ringrift-1';

export interface RulesOptions {
  /** Supply per player instead of the board's own. */
  readonly ringsPerPlayer?: number;
  /** Two players: the second may take the first one's seat once (pie rule). */
  readonly swapRuleEnabled?: boolean;
  /** Exclusive rounds in a row that win by last player standing; 3 by default, 0 switches the rule off. */
  readonly lpsRoundsRequired?: number;
}

/** Thresholds that a stored state may carry instead of the standard ones. */
export interface StoredThresholds {
  readonly victoryThreshold?: number;
  readonly territoryMinimum?: number;
}

export interface Rules {
  readonly board: BoardName;
  readonly players: PlayerCount;
  readonly topology: Topology;
  readonly options: RulesOptions;
  readonly supply: number;
  readonly victoryThreshold: number;
  /** Collapsed cells a player needs (and more than all others together) to win by territory. */
  readonly territoryMinimum: number;
  readonly lpsRounds: number;
  /** Cells of an exact line. */
  readonly lineLength: number;
  /**
   * Shortest run that is ever found: the larger of base and effective length (docs/rules.md D3: 4 on hex8 with 3–4
   * players).
   */
  readonly shortestRun: number;
  readonly baseLineLength: number;
  /** Ring nodes a packed state must hold. */
  readonly ringCapacity: number;
}

export const DEFAULT_LPS_ROUNDS = 3;

export function createRules(
  board: BoardName,
  players: PlayerCount,
  options: RulesOptions = {},
  stored: StoredThresholds = {},
  ringCapacity = 0,
): Rules {
  const spec = BOARD_SPECS[board];
  const supply = options.ringsPerPlayer ?? spec.ringsPerPlayer;
  const lineLength = effectiveLineLength(board, players);
  return {
    board,
    players,
    topology: topologyOf(board),
    options,
    supply,
    victoryThreshold: stored.victoryThreshold ?? standardVictoryThreshold(supply, players),
    territoryMinimum: stored.territoryMinimum ?? Math.floor(spec.cells / players) + 1,
    lpsRounds: options.lpsRoundsRequired ?? DEFAULT_LPS_ROUNDS,
    lineLength,
    shortestRun: Math.max(lineLength, spec.baseLineLength),
    baseLineLength: spec.baseLineLength,
    ringCapacity: Math.max(ringCapacity, supply * players),
  };
}

/** round(rings · (2/3 + (n−1)/3)) = round(rings · (n+1)/3), kept in integers so that no rounding mode matters. */
export function standardVictoryThreshold(supply: number, players: number): number {
  return Math.round((supply * (players + 1)) / 3);
}

/**
 * The older "more than half the board" minimum that stored states without a minimum of their own imply (docs/rules.md
 * D22).
 */
export function legacyTerritoryMinimum(board: BoardName): number {
  return Math.floor(BOARD_SPECS[board].cells / 2) + 1;
}

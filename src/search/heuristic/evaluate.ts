/**
 * The heuristic evaluation of a position for one player: a weighted sum of 21 components (12 in light mode), or
 * ±100000 when the game is decided. Formulas: docs/upstream-formats.md §7.5, checked against the golden evaluations.
 *
 * Two peculiarities of the original are kept because they are its formula on every board: opponents' steps onto each
 * other's stacks do not count in `mobility` although they do in `stack_mobility`, and Manhattan distances on hexagons
 * add all three coordinates. Its blindness on hex8 is an accident, reproduced only with `originalBlindness`.
 */
import type { State } from '../../engine/state.ts';
import { COMPONENT_COUNT, FEATURE_SCALES, LIGHT_COMPONENTS } from './components.ts';
import { PositionCounts } from './counts.ts';
import type { Weights } from './weights.ts';

export type HeuristicMode = 'light' | 'full';

export interface HeuristicOptions {
  readonly weights: Weights;
  readonly mode: HeuristicMode;
  /** Reproduce the original on hex8, where its adjacency and line look-ups find nothing. No effect elsewhere. */
  readonly originalBlindness?: boolean;
}

/** Value of a decided game for its winner; its negative for the others. */
export const DECIDED = 100_000;

/** Part of BURIED_RING_VALUE that a buried ring is worth to a player who cannot recover. */
const BURIED_PART = 0.3;

/** Nearness to a win of who has been last to act for k of n rounds: 0.90 + 0.09 · k / (n − 1), in victory bonuses. */
const LPS_BASE = 0.9;
const LPS_SPAN = 0.09;

const SEATS = 5;

/** Per-player values of which a component takes the difference to the best opponent: rows of `rows`. */
const TERRITORY = 0;
const HAND = 1;
const MARKERS = 2;
const NEARNESS = 3;
const STACK_MOBILITY = 4;
const LINES = 5;
const LINKS = 6;
const CLOSURE = 7;
const SAFETY = 8;
const RISK = 9;
const RECOVERY = 10;
const ROWS = 11;

export class HeuristicEvaluator {
  readonly mode: HeuristicMode;
  readonly weights: Weights;
  readonly #originalBlindness: boolean;
  readonly #parts = new Float64Array(COMPONENT_COUNT);
  readonly #rows = new Float64Array(ROWS * SEATS);
  #counts: PositionCounts | null = null;

  constructor({ weights, mode, originalBlindness = false }: HeuristicOptions) {
    this.mode = mode;
    this.weights = weights;
    this.#originalBlindness = originalBlindness;
  }

  /**
   * Value of the position for `player`. `markerOrder`: see PositionCounts.count. Allocates nothing after the first call. One
   * evaluator serves one board at a time.
   */
  evaluate(s: State, player: number, markerOrder?: readonly number[]): number {
    if (s.isOver) return s.winner === 0 ? 0 : s.winner === player ? DECIDED : -DECIDED;
    this.count(s, markerOrder);
    return this.score(s, player);
  }

  /** Counts a position for any number of calls of `score` and `components`. */
  count(s: State, markerOrder?: readonly number[]): void {
    let counts = this.#counts;
    if (counts === null || counts.board !== s.rules.board) {
      counts = new PositionCounts(s.rules, this.mode === 'light', this.#originalBlindness && s.rules.board === 'hex8');
      this.#counts = counts;
    }
    counts.count(s, markerOrder);
    for (let p = 1; p <= s.rules.players; p++) this.#fillRows(s, counts, p);
  }

  /** Value of the position counted last, for `player`. The game must be running. */
  score(s: State, player: number): number {
    const parts = this.components(s, player);
    const last = this.mode === 'light' ? LIGHT_COMPONENTS : COMPONENT_COUNT;
    let sum = 0;
    for (let i = 0; i < last; i++) sum += parts[i];
    return sum;
  }

  /** The components of the position counted last, in the order of COMPONENTS. Overwritten by the next call. */
  components(s: State, me: number): Float64Array {
    const { weights: w } = this;
    const parts = this.#parts;
    const counts = this.#counts;
    if (counts === null) throw new Error('components() before count()');
    const players = s.rules.players;
    parts[0] = this.#stackControl(s, counts, me);
    parts[1] = w.TERRITORY * this.#lead(TERRITORY, me, players);
    parts[2] = w.RINGS_IN_HAND * this.#lead(HAND, me, players);
    parts[3] = w.CENTER_CONTROL * leadOverAll(counts.centre, me, players);
    parts[4] = w.ELIMINATED_RINGS * s.eliminated[me];
    parts[5] = w.MARKER_COUNT * this.#lead(MARKERS, me, players);
    parts[6] = -0.5 * w.OPPONENT_THREAT * counts.threats[me];
    parts[7] = w.MOBILITY * mobility(counts, me, players);
    parts[8] = w.STACK_MOBILITY * this.#lead(STACK_MOBILITY, me, players);
    const lead = this.#lead(NEARNESS, me, players);
    parts[9] = w.VICTORY_PROXIMITY * lead;
    parts[10] = -w.OPPONENT_VICTORY_THREAT * Math.max(0, -lead);
    parts[11] = players > 2 ? -w.MULTI_LEADER_THREAT * this.#leaderGap(me, players) : 0;
    if (this.mode === 'light') return parts;
    parts[12] = w.LINE_POTENTIAL * this.#lead(LINES, me, players);
    parts[13] = w.LINE_CONNECTIVITY * this.#lead(LINKS, me, players);
    parts[14] = -w.VULNERABILITY * counts.exposed[me];
    parts[15] = w.OVERTAKE_POTENTIAL * counts.overtaking[me];
    parts[16] = w.TERRITORY_CLOSURE * this.#lead(CLOSURE, me, players);
    parts[17] = w.TERRITORY_SAFETY * this.#lead(SAFETY, me, players);
    parts[18] = -w.FORCED_ELIMINATION_RISK * this.#lead(RISK, me, players);
    parts[19] = players > 2 ? w.LPS_ACTION_ADVANTAGE * this.#actionAdvantage(s, counts, me) : 0;
    parts[20] = this.#lead(RECOVERY, me, players);
    return parts;
  }

  #fillRows(s: State, counts: PositionCounts, p: number): void {
    const { weights: w } = this;
    const rows = this.#rows;
    rows[TERRITORY * SEATS + p] = s.territory[p];
    rows[HAND * SEATS + p] = s.hand[p];
    rows[MARKERS * SEATS + p] = s.markers[p];
    rows[NEARNESS * SEATS + p] = this.#nearness(s, p);
    const blocked = s.controlled[p] - counts.mobile[p];
    rows[STACK_MOBILITY * SEATS + p] = counts.steps[p] - w.BLOCKED_STACK_PENALTY * blocked;
    if (this.mode === 'light') return;
    rows[LINES * SEATS + p] =
      2 * (w.TWO_IN_ROW * counts.pairs[p] + w.THREE_IN_ROW * counts.triples[p] + w.FOUR_IN_ROW * counts.quads[p]);
    rows[LINKS * SEATS + p] = 2 * (w.CONNECTED_NEIGHBOR * counts.pairs[p] + w.GAP_POTENTIAL * counts.gaps[p]);
    rows[CLOSURE * SEATS + p] = s.markers[p] < 2 ? 0 : 10 / Math.max(1, counts.spread[p]) + 0.5 * s.markers[p];
    rows[SAFETY * SEATS + p] = -counts.danger[p];
    rows[RISK * SEATS + p] = s.controlled[p] === 0 ? 0 : Math.max(0, 2 - actions(s, counts, p) / s.controlled[p]);
    rows[RECOVERY * SEATS + p] = this.#recovery(s, counts, p);
  }

  #stackControl(s: State, counts: PositionCounts, me: number): number {
    const w = this.weights;
    const rivals = s.rules.players - 1;
    let stacks = 0;
    let height10 = 0;
    let caps = 0;
    for (let p = 1; p <= s.rules.players; p++) {
      if (p === me) continue;
      stacks += s.controlled[p];
      height10 += counts.height10[p];
      caps += counts.caps[p];
    }
    stacks /= rivals;
    return (
      w.STACK_CONTROL * (s.controlled[me] - stacks) +
      w.STACK_HEIGHT * ((counts.height10[me] - height10 / rivals) / 10) +
      w.CAP_HEIGHT * (counts.caps[me] - caps / rivals) +
      this.#diversity(s.controlled[me]) -
      this.#diversity(stacks)
    );
  }

  #diversity(stacks: number): number {
    const w = this.weights;
    if (stacks === 0) return -w.NO_STACKS_PENALTY;
    return stacks === 1 ? -w.SINGLE_STACK_PENALTY : stacks * w.STACK_DIVERSITY_BONUS;
  }

  /** How near a player is to winning, up to VICTORY_THRESHOLD_BONUS. */
  #nearness(s: State, p: number): number {
    const w = this.weights;
    const rings = s.rules.victoryThreshold - s.eliminated[p];
    const cells = s.rules.territoryMinimum - s.territory[p];
    if (rings <= 0 || cells <= 0) return w.VICTORY_THRESHOLD_BONUS;
    if (s.lpsHolder === p && s.lpsCount > 0) {
      const share = LPS_BASE + (LPS_SPAN * s.lpsCount) / Math.max(1, s.rules.lpsRounds - 1);
      return w.VICTORY_THRESHOLD_BONUS * Math.min(1, share);
    }
    return w.RINGS_PROXIMITY_FACTOR / rings + w.TERRITORY_PROXIMITY_FACTOR / cells;
  }

  #recovery(s: State, counts: PositionCounts, p: number): number {
    const w = this.weights;
    const buried = counts.buried[p];
    if (s.controlled[p] > 0 || s.markers[p] === 0 || buried === 0) return BURIED_PART * w.BURIED_RING_VALUE * buried;
    return w.RECOVERY_ELIGIBILITY + (counts.sliding[p] > 0 ? w.RECOVERY_POTENTIAL : 0);
  }

  /** −1 without an action of one's own, else the share of opponents without one. */
  #actionAdvantage(s: State, counts: PositionCounts, me: number): number {
    if (actions(s, counts, me) === 0) return -1;
    let idle = 0;
    for (let p = 1; p <= s.rules.players; p++) if (p !== me && actions(s, counts, p) === 0) idle++;
    return idle / (s.rules.players - 1);
  }

  /** Nearness of the first opponent over that of the second. */
  #leaderGap(me: number, players: number): number {
    let first = Number.NEGATIVE_INFINITY;
    let second = Number.NEGATIVE_INFINITY;
    for (let p = 1; p <= players; p++) {
      if (p === me) continue;
      const value = this.#rows[NEARNESS * SEATS + p];
      if (value > first) {
        second = first;
        first = value;
      } else if (value > second) second = value;
    }
    return first - second;
  }

  /** A player's value in a row over the best opponent's. */
  #lead(row: number, me: number, players: number): number {
    const rows = this.#rows;
    const base = row * SEATS;
    let most = Number.NEGATIVE_INFINITY;
    for (let p = 1; p <= players; p++) if (p !== me && rows[base + p] > most) most = rows[base + p];
    return rows[base + me] - most;
  }
}

/** Stacks that can step, and one more if a ring may be placed. */
function actions(s: State, counts: PositionCounts, p: number): number {
  return counts.mobile[p] + (s.hand[p] > 0 && counts.anyFree ? 1 : 0);
}

function leadOverAll(values: Int32Array, me: number, players: number): number {
  let sum = 0;
  for (let p = 1; p <= players; p++) if (p !== me) sum += values[p];
  return values[me] - sum;
}

/** Own steps less those of all opponents, of which steps onto other opponents' stacks do not count. */
function mobility(counts: PositionCounts, me: number, players: number): number {
  let value = counts.steps[me];
  for (let p = 1; p <= players; p++) {
    if (p === me) continue;
    value -= counts.steps[p];
    for (let q = 1; q <= players; q++) if (q !== me) value += counts.onto[p * SEATS + q];
  }
  return value;
}

/** The feature vector of the position for `player`: scaled components, clipped to [−1, 1]; 21 values into `out`. */
export function heuristicFeatures(
  evaluator: HeuristicEvaluator,
  s: State,
  player: number,
  out: Float32Array,
  markerOrder?: readonly number[],
): void {
  evaluator.count(s, markerOrder);
  const parts = evaluator.components(s, player);
  for (let i = 0; i < COMPONENT_COUNT; i++) out[i] = Math.min(1, Math.max(-1, parts[i] / FEATURE_SCALES[i]));
}

/**
 * Sequential test of "normalised Elo is at most elo0" against "at least elo1": a generalised sequential probability
 * ratio test on block scores (pentanomial with two players), the way Stockfish's fishtest does it. It stops when the
 * log-likelihood ratio leaves Wald's bounds and by no other rule; every look is kept.
 *
 * Sources: Wald, Sequential Analysis (1947) for the bounds; Van den Bergh, "A practical introduction to the GSPRT"
 * and "Normalized Elo" for the likelihood ratio under a constraint on mean / deviation.
 */
import { BlockScores, NELO_UNIT, normalisedElo } from './blocks.ts';

export interface SequentialOptions {
  /** Games per block: 2 for pairs, the number of players for rotations. */
  readonly blockGames: number;
  /** Score per game of equally strong players: ½, or 1/n with n players. */
  readonly expected: number;
  /** Bounds in normalised Elo, elo0 < elo1. */
  readonly elo0: number;
  readonly elo1: number;
  /** Probability of accepting although the strength is elo0, and of rejecting although it is elo1. */
  readonly alpha: number;
  readonly beta: number;
}

export type Verdict = 'accept' | 'reject' | 'continue';

/** What the test saw after a block. */
export interface Look {
  readonly blocks: number;
  readonly games: number;
  readonly llr: number;
  readonly lower: number;
  readonly upper: number;
  /** Mean score per game. */
  readonly mean: number;
  readonly normalisedElo: number;
  readonly verdict: Verdict;
}

/** Pseudo-count of every possible score: keeps the model defined while some scores have not occurred (as fishtest does). */
const PSEUDO_COUNT = 1e-3;

export class SequentialTest {
  readonly options: SequentialOptions;
  readonly scores: BlockScores;
  readonly looks: Look[] = [];
  readonly lower: number;
  readonly upper: number;
  readonly #models: Models;
  #verdict: Verdict = 'continue';

  constructor(options: SequentialOptions) {
    const { alpha, beta, elo0, elo1 } = options;
    if (!(elo0 < elo1)) throw new RangeError(`elo0 (${elo0}) must be below elo1 (${elo1})`);
    if (!(alpha > 0 && alpha < 0.5 && beta > 0 && beta < 0.5)) throw new RangeError('alpha and beta lie in (0, 0.5)');
    this.options = options;
    this.scores = new BlockScores(options.blockGames);
    this.lower = Math.log(beta / (1 - alpha));
    this.upper = Math.log((1 - beta) / alpha);
    this.#models = modelsOf(this.scores, options);
  }

  /** Final once it is not `continue`; later blocks do not change it. */
  get verdict(): Verdict {
    return this.#verdict;
  }

  /**
   * Add the points of the next block and look. Blocks have to come in the order in which they were scheduled (see
   * InOrder): by order of completion short games would come first and bias the test.
   */
  add(points: number): Look {
    this.scores.add(points);
    const { scores, lower, upper } = this;
    const llr = logLikelihoodRatio(scores, this.options, this.#models);
    if (this.#verdict === 'continue') this.#verdict = llr >= upper ? 'accept' : llr <= lower ? 'reject' : 'continue';
    const look: Look = {
      blocks: scores.blocks,
      games: scores.blocks * scores.games,
      llr,
      lower,
      upper,
      mean: scores.mean,
      normalisedElo: normalisedElo(scores, this.options.expected),
      verdict: this.#verdict,
    };
    this.looks.push(look);
    return look;
  }
}

/** Generalised log-likelihood ratio of elo1 against elo0. */
export function logLikelihoodRatio(
  scores: BlockScores,
  options: Pick<SequentialOptions, 'expected' | 'elo0' | 'elo1'>,
  models: Models = modelsOf(scores, options),
): number {
  const shares: number[] = [];
  let total = 0;
  for (const [, count] of scores.counts) {
    shares.push(count + PSEUDO_COUNT);
    total += count + PSEUDO_COUNT;
  }
  for (let i = 0; i < shares.length; i++) shares[i] = (shares[i] ?? 0) / total;
  const [p0, p1] = models.map((model) => likeliest(model, shares));
  let llr = 0;
  for (let i = 0; i < shares.length; i++) llr += (shares[i] ?? 0) * Math.log((p1?.[i] ?? 1) / (p0?.[i] ?? 1));
  return total * llr;
}

/** A hypothesis: possible scores relative to the expected one, and mean / deviation of a block. */
interface Model {
  readonly values: readonly number[];
  readonly t: number;
  /** Some distribution that fits it. */
  readonly start: readonly number[];
}
type Models = readonly [Model, Model];

/** The two hypotheses of a test; they do not depend on the results. */
function modelsOf(scores: BlockScores, options: Pick<SequentialOptions, 'expected' | 'elo0' | 'elo1'>): Models {
  const values = scores.counts.map(([score]) => score - options.expected);
  // bounds are per game; a block of k games has its mean √k times as far out
  const unit = Math.sqrt(scores.games) / NELO_UNIT;
  const model = (elo: number): Model => ({ values, t: elo * unit, start: fittingTilt(values, elo * unit) });
  return [model(options.elo0), model(options.elo1)];
}

function moments(values: readonly number[], p: readonly number[]): { mean: number; deviation: number } {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += (p[i] ?? 0) * (values[i] ?? 0);
  let variance = 0;
  for (let i = 0; i < values.length; i++) variance += (p[i] ?? 0) * ((values[i] ?? 0) - mean) ** 2;
  return { mean, deviation: Math.sqrt(variance) };
}

/** The distribution ∝ e^{λ·value} whose mean / deviation is t. */
function fittingTilt(values: readonly number[], t: number): number[] {
  const tilt = (lambda: number): number[] => {
    const top = lambda > 0 ? Math.max(...values) : Math.min(...values);
    const weights = values.map((value) => Math.exp(lambda * (value - top)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  };
  let [low, high] = [-200, 200];
  for (let step = 0; step < 100; step++) {
    const lambda = (low + high) / 2;
    const { mean, deviation } = moments(values, tilt(lambda));
    if (mean < t * deviation) low = lambda;
    else high = lambda;
  }
  return tilt((low + high) / 2);
}

const MAX_ROUNDS = 30;
const CONVERGED = 1e-9;

/**
 * The distribution that makes the observed `shares` likeliest among those with mean = t × deviation. The constraint
 * is linearised at the current distribution (the derivative of the deviation is ((v − mean)² + deviation²) /
 * (2 deviation) up to a constant) and solved exactly, repeatedly, from one that fits.
 */
function likeliest({ values, t, start }: Model, shares: readonly number[]): readonly number[] {
  let current = start;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { mean, deviation } = moments(values, current);
    const linear = values.map((value) => value - (t * deviation * (1 + ((value - mean) / deviation) ** 2)) / 2);
    let next: readonly number[];
    if (Math.max(...linear) > 0 && Math.min(...linear) < 0) next = likeliestWithMeanZero(linear, shares);
    // too far from the constraint for its tangent to be of use: half-way back to where it holds
    else next = current.map((p, i) => (p + (start[i] ?? 0)) / 2);
    let change = 0;
    for (let i = 0; i < next.length; i++) change = Math.max(change, Math.abs((next[i] ?? 0) - (current[i] ?? 0)));
    current = next;
    if (change < CONVERGED) break;
  }
  return current;
}

/** Likeliest distribution with Σ p·v = 0: p = share / (1 + θ v), θ the root of Σ share·v / (1 + θ v). */
function likeliestWithMeanZero(values: readonly number[], shares: readonly number[]): number[] {
  let low = -1 / Math.max(...values);
  let high = -1 / Math.min(...values);
  let theta = 0;
  // the sum falls from +∞ to −∞ between the poles: Newton's steps, halving the bracket when they leave it
  for (let step = 0; step < 100; step++) {
    let sum = 0;
    let slope = 0;
    for (let i = 0; i < values.length; i++) {
      const v = values[i] ?? 0;
      const scaled = v / (1 + theta * v);
      sum += (shares[i] ?? 0) * scaled;
      slope -= (shares[i] ?? 0) * scaled * scaled;
    }
    if (sum > 0) low = theta;
    else high = theta;
    let next = theta - sum / slope;
    if (!(next > low && next < high)) next = (low + high) / 2;
    const moved = Math.abs(next - theta);
    theta = next;
    if (moved <= 1e-13 * (1 + Math.abs(theta))) break;
  }
  return values.map((value, i) => (shares[i] ?? 0) / (1 + theta * value));
}

/**
 * Scores of blocks. A block is the set of games in which the candidate takes every seat once from one opening: a
 * pair with two players, a rotation with three or four. Games of a block share their opening and are not
 * independent; blocks are, so all statistics count blocks. With two players the five possible scores of a pair
 * (0, ½, 1, 1½, 2 points) make this the pentanomial model.
 */

/** How often each mean score per game, in [0, 1], occurred. */
export class BlockScores {
  /** Games in a block. */
  readonly games: number;
  readonly #counts = new Map<number, number>();
  blocks = 0;

  constructor(games: number) {
    this.games = games;
    // every score of whole and half points, so that the model knows what could have happened
    for (let half = 0; half <= 2 * games; half++) this.#counts.set(half / (2 * games), 0);
  }

  /** @param points sum of the block's game scores, a multiple of a half */
  add(points: number): void {
    const score = points / this.games;
    const count = this.#counts.get(score);
    if (count === undefined) throw new RangeError(`${points} points cannot come of ${this.games} games`);
    this.#counts.set(score, count + 1);
    this.blocks++;
  }

  /** Scores and counts, ascending; five entries for pairs. */
  get counts(): readonly (readonly [score: number, count: number])[] {
    return [...this.#counts];
  }

  /** Mean score per game. */
  get mean(): number {
    let sum = 0;
    for (const [score, count] of this.#counts) sum += score * count;
    return this.blocks === 0 ? Number.NaN : sum / this.blocks;
  }

  /** Variance of a block's mean score. */
  get variance(): number {
    const { mean } = this;
    let sum = 0;
    for (const [score, count] of this.#counts) sum += count * (score - mean) ** 2;
    return this.blocks === 0 ? Number.NaN : sum / this.blocks;
  }
}

/** Normalised Elo per unit of (mean − expected) / deviation of one game (Van den Bergh, "Normalized Elo"). */
export const NELO_UNIT = 800 / Math.log(10);

/**
 * Normalised Elo of a candidate: its lead over `expected` (½ with two players, 1/n with n) measured in standard
 * deviations of one game. Unlike plain Elo it says directly how many games a proof takes.
 */
export function normalisedElo(scores: BlockScores, expected: number): number {
  return ((scores.mean - expected) / Math.sqrt(scores.variance * scores.games)) * NELO_UNIT;
}

/** The score against one opponent so far. */
import { FORFEIT, type MatchGame, pointsOf } from '../match/result.ts';
import { BlockScores, NELO_UNIT, normalisedElo } from '../stats/blocks.ts';
import { type Look, SequentialTest, type Verdict } from '../stats/sequential.ts';
import { wilsonInterval } from '../stats/wilson.ts';

/** Bounds and error rates of a sequential test; bounds in normalised Elo. */
export interface TestDesign {
  readonly elo0: number;
  readonly elo1: number;
  readonly alpha: number;
  readonly beta: number;
}

export interface Counts {
  games: number;
  wins: number;
}

export class Score {
  readonly players: number;
  readonly design: TestDesign | undefined;
  readonly blocks: BlockScores;
  readonly test: SequentialTest | undefined;
  games = 0;
  wins = 0;
  undecided = 0;
  points = 0;
  plies = 0;
  readonly bySeat: Counts[];
  readonly byEnding = new Map<string, Counts>();
  readonly forfeits = { candidate: 0, opponent: 0 };
  #blockPoints = 0;

  constructor(players: number, design?: TestDesign) {
    this.players = players;
    this.design = design;
    this.blocks = new BlockScores(players);
    this.test = design && new SequentialTest({ ...design, blockGames: players, expected: 1 / players });
    this.bySeat = Array.from({ length: players }, () => ({ games: 0, wins: 0 }));
  }

  /** `continue` while the test runs, and always without one. */
  get verdict(): Verdict {
    return this.test?.verdict ?? 'continue';
  }

  /**
   * Counts a game; they come in the order of the schedule. Games after the test has decided do not count. Returns the
   * test's look when the game completed a block.
   */
  add(game: MatchGame): Look | undefined {
    if (this.verdict !== 'continue') return undefined;
    const points = pointsOf(game);
    const won = game.winner === game.candidateSeat;
    this.games++;
    this.plies += game.plies;
    this.points += points;
    if (won) this.wins++;
    if (game.winner === null && game.reason !== FORFEIT) this.undecided++;
    if (game.forfeit) this.forfeits[game.forfeit.seat === game.candidateSeat ? 'candidate' : 'opponent']++;
    count(this.bySeat[game.candidateSeat - 1], won);
    const ending = this.byEnding.get(game.reason) ?? { games: 0, wins: 0 };
    count(ending, won);
    this.byEnding.set(game.reason, ending);
    this.#blockPoints += points;
    if (this.games % this.players > 0) return undefined;
    const blockPoints = this.#blockPoints;
    this.#blockPoints = 0;
    this.blocks.add(blockPoints);
    return this.test?.add(blockPoints);
  }

  get winRate(): number {
    return this.games === 0 ? 0 : this.wins / this.games;
  }

  /** The fields of a verdict record that follow from the games. */
  toJSON() {
    const { test, design, blocks: scores, games, wins } = this;
    const look = test?.looks.at(-1);
    const spread = scores.variance > 0 ? normalisedElo(scores, 1 / this.players) : null;
    // one standard error of a mean of `games` games is 1/√games deviations
    const margin = spread === null ? null : (1.959963984540054 * NELO_UNIT) / Math.sqrt(games);
    return {
      games,
      blocks: scores.blocks,
      wins,
      losses: games - wins - this.undecided,
      undecided: this.undecided,
      points: this.points,
      winRate: rounded(this.winRate),
      wilson: interval(wins, games),
      score: games === 0 ? 0 : rounded(this.points / games),
      blockScores: scores.counts.map(([score, times]) => [rounded(score), times]),
      normalisedElo:
        spread === null || margin === null
          ? null
          : { value: rounded(spread), low: rounded(spread - margin), high: rounded(spread + margin) },
      bySeat: this.bySeat,
      byEnding: Object.fromEntries([...this.byEnding].sort(([a], [b]) => (a < b ? -1 : 1))),
      forfeits: this.forfeits,
      meanPlies: games === 0 ? 0 : rounded(this.plies / games),
      ...(test &&
        design && {
          test: {
            ...design,
            llr: rounded(look?.llr ?? 0),
            lower: rounded(test.lower),
            upper: rounded(test.upper),
            result: test.verdict,
          },
        }),
    };
  }
}

function count(counts: Counts | undefined, won: boolean): void {
  if (!counts) return;
  counts.games++;
  if (won) counts.wins++;
}

/** Wilson 95 %, five digits. */
export function interval(wins: number, games: number): { low: number; high: number } {
  const { low, high } = wilsonInterval(wins, games);
  return { low: rounded(low), high: rounded(high) };
}

const rounded = (value: number): number => Number(value.toPrecision(5));

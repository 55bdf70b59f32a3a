/**
 * Variety at the start of self-play games (after KataGo's self-play): the first few decisions of a game are drawn from
 * the network's bare policy instead of being searched, and some games start from a position that another game met early
 * on, after one more drawn move.
 */
import type { Random } from '../../engine/random.ts';

export interface OpeningOptions {
  /** Mean number of decisions drawn from the policy; each game draws its own number, exponentially distributed. */
  readonly policyPlies: number;
  /** Temperature of those draws. */
  readonly temperature: number;
  /** Share of games that begin as a fork. */
  readonly forkShare: number;
  /** Last decision of the other game at which a fork may leave it. */
  readonly forkWithin: number;
}

export const DEFAULT_OPENING: OpeningOptions = { policyPlies: 2, temperature: 1, forkShare: 0.04, forkWithin: 20 };

/** Exponential with the given mean, rounded down: most games draw few, some many. At most eight times the mean. */
export function drawPolicyPlies(mean: number, random: Random): number {
  if (mean <= 0) return 0;
  return Math.floor(Math.min(8 * mean, -mean * Math.log(1 - random.unit())));
}

/** Moves to replay before a game begins: a prefix of `earlier` (packed, bookkeeping included), or none. */
export function drawFork(options: OpeningOptions, earlier: readonly Int32Array[], random: Random): Int32Array {
  if (options.forkShare <= 0 || random.unit() >= options.forkShare || earlier.length === 0) return new Int32Array(0);
  const moves = earlier[random.below(earlier.length)];
  const longest = Math.min(options.forkWithin, moves.length - 1);
  return longest < 1 ? new Int32Array(0) : moves.slice(0, 1 + random.below(longest));
}

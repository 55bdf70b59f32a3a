/**
 * Variety at the start of self-play games (after KataGo's self-play): the first few decisions of a game are drawn from
 * the network's bare policy instead of being searched, and some games leave another game early on, by a drawn move.
 */
import type { Random } from '../../engine/random.ts';

/** Exponential with the given mean, rounded down: most games draw few, some many. At most eight times the mean. */
export function drawPolicyPlies(mean: number, random: Random): number {
  if (mean <= 0) return 0;
  return Math.floor(Math.min(8 * mean, -mean * Math.log(1 - random.unit())));
}

export interface ForkOptions {
  /** Share of games that begin as a fork (KataGo: about 0.04). */
  readonly share: number;
  /** Last decision of the other game at which a fork may leave it. */
  readonly within: number;
}

/** A game begins as another one of its run did, and leaves it after so many decisions. */
export interface Fork {
  /** The other game, which is an earlier one. */
  readonly index: number;
  readonly decisions: number;
}

/** Whether game `index` is a fork, and of what: a function of the draws of that game alone. The first game never is. */
export function drawFork({ share, within }: ForkOptions, index: number, random: Random): Fork | null {
  if (index === 0 || within < 1 || random.unit() >= share) return null;
  return { index: random.below(index), decisions: 1 + random.below(within) };
}

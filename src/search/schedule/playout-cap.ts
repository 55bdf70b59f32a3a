/**
 * Playout-cap randomisation (Wu 2019, "Accelerating self-play learning in Go", §3.1): most decisions get a cheap search
 * that only moves the game along, a random minority a full one that makes a policy target. More games, and so more
 * value targets, for the same work.
 */
import type { Random } from '../../engine/random.ts';
import { checkBudget } from '../budget.ts';

export interface PlayoutCap {
  /** Simulations of a full search. */
  readonly full: number;
  /** Simulations of a cheap one. */
  readonly cheap: number;
  /** Share of decisions that get a full search, 0 to 1; 1 switches the method off. */
  readonly share: number;
}

export interface DrawnBudget {
  readonly simulations: number;
  /** Only full searches give policy targets and use exploration noise. */
  readonly full: boolean;
}

/** Draws one number from `random` unless every search is full. */
export function drawBudget(cap: PlayoutCap, random: Random): DrawnBudget {
  const full = cap.share >= 1 || random.unit() < cap.share;
  return { simulations: checkBudget(full ? cap.full : cap.cheap), full };
}

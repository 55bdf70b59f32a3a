/** Whether the model in production has turned out weaker than the one before it. */
import { modelSuffix } from '../participants/participant.ts';
import type { RatedParticipant } from '../ratings/ratings.ts';

export interface RegressionLimits {
  /** Elo that production must have lost at least. */
  readonly eloDrop: number;
  /** Games that both must have played. */
  readonly minGames: number;
}

/** Games below which a rating says too little (docs/upstream-formats.md §8.5). */
export const REGRESSION_GAMES = 50;

/** Ratings of a model by effort: `gumbel-64` → rating. */
function byEffort(rated: readonly RatedParticipant[], hash: string): Map<string, RatedParticipant> {
  const suffix = modelSuffix(hash);
  return new Map(
    rated
      .filter(({ participant }) => participant.endsWith(suffix))
      .map((rating) => [rating.participant.slice(0, -suffix.length), rating]),
  );
}

/**
 * What speaks for going back, in words; undefined when nothing does. Compared at the same effort; the drop must reach
 * the limit, and the older model's rating must lie above the newer one's whole interval.
 */
export function regressionOf(
  rated: readonly RatedParticipant[],
  production: string,
  previous: string,
  { eloDrop, minGames }: RegressionLimits,
): string | undefined {
  const before = byEffort(rated, previous);
  for (const [effort, now] of byEffort(rated, production)) {
    const then = before.get(effort);
    if (!then || then.games < minGames || now.games < minGames) continue;
    if (then.elo - now.elo >= eloDrop && now.high < then.elo) {
      const numbers = [now.elo, now.low, now.high, then.elo].map(Math.round);
      return `at ${effort} production is rated ${numbers[0]} (${numbers[1]} to ${numbers[2]}), the model before it ${numbers[3]}`;
    }
  }
  return undefined;
}

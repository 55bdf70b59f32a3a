/** Quality of one game as training data: the original's formula (docs/upstream-formats.md §8.6). */

/** Raised when the formula changes; rr db score then brings stored scores up to date. */
export const QUALITY_VERSION = 1;

export interface QualityInput {
  /** Moves played, bookkeeping included. */
  readonly moves: number;
  /** Somebody won. */
  readonly decisive: boolean;
  /** Whether the game says where it comes from. */
  readonly sourceNamed: boolean;
  /** In [0, 1]; the original never computes them and uses 0.7. */
  readonly phaseBalance?: number;
  readonly diversity?: number;
}

/** Best first, with the lowest score that belongs to each. */
export const QUALITY_CATEGORIES = [
  ['excellent', 0.85],
  ['good', 0.7],
  ['adequate', 0.5],
  ['poor', 0.3],
  ['unusable', Number.NEGATIVE_INFINITY],
] as const;
export type QualityCategory = (typeof QUALITY_CATEGORIES)[number][0];

/** Score in [0, 1]: outcome and length a quarter each, phase balance a fifth, diversity and source 15 % each. */
export function qualityScore(game: QualityInput): number {
  const outcome = game.decisive ? 1 : 0.3;
  const source = game.sourceNamed ? 0.8 : 0.5;
  return (
    0.25 * outcome +
    0.25 * lengthScore(game.moves) +
    0.2 * (game.phaseBalance ?? 0.7) +
    0.15 * (game.diversity ?? 0.7) +
    0.15 * source
  );
}

/** Best around 80 moves; nothing below 10, and a flat rate for long games. */
function lengthScore(moves: number): number {
  if (moves < 10) return 0;
  if (moves > 200) return 0.8;
  return 1 - (0.5 * Math.abs(moves - 80)) / 120;
}

/** The columns that a row keeps of it. */
export function qualityColumns({ plies, winner, source }: ScoredRow) {
  const quality = qualityScore({ moves: plies, decisive: winner !== null, sourceNamed: source !== null });
  return { quality, quality_category: qualityCategory(quality), quality_version: QUALITY_VERSION };
}

interface ScoredRow {
  readonly plies: number;
  readonly winner: number | null;
  readonly source: string | null;
}

/**
 * Mean quality of a set of games, drawn towards 0.5 while they are few: after `half` games, half of that is gone
 * (docs/upstream-formats.md §8.6: 29 % of the mean counts at 50 games, 75 % at 200).
 */
export function confidentQuality(mean: number, games: number, half = 100): number {
  const confidence = 1 - 2 ** (-games / half);
  return confidence * mean + (1 - confidence) * 0.5;
}

export function qualityCategory(score: number): QualityCategory {
  return QUALITY_CATEGORIES.find(([, least]) => score >= least)?.[0] ?? 'unusable';
}

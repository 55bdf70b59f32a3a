/**
 * The original's running Elo (docs/upstream-formats.md §8.1), kept for comparison; our own ratings are in rating.ts.
 */

export interface EloPlayer {
  readonly elo: number;
  readonly games: number;
}

export const ELO_INITIAL = 1500;
const ELO_FLOOR = 100;
const ELO_CAP = 3000;
const K = 32;

/** Ratings that results do not move, on the tournament paths. */
export const PINNED_ELO: Readonly<Record<string, number>> = { random: 400, heuristic: 1200 };

/** Probability that a beats b. */
export const expectedScore = (a: number, b: number): number => 1 / (1 + 10 ** ((b - a) / 400));

/** Factor on K by games played: the less experienced side counts. */
function experience(games: number): number {
  if (games < 30) return 1.5;
  if (games < 100) return 1.25;
  return games < 300 ? 1 : 0.75;
}

/**
 * Ratings after a game between a and b. Games of more players are recorded as such pairs.
 * @param score of a: 1, ½ or 0
 * @param players of the game the pair is taken from; K is divided by their number less one
 */
export function updateElo(a: EloPlayer, b: EloPlayer, score: number, players = 2): [EloPlayer, EloPlayer] {
  const k = (K / (players - 1)) * experience(Math.min(a.games, b.games));
  const gain = k * (score - expectedScore(a.elo, b.elo));
  const clamp = (elo: number) => Math.min(ELO_CAP, Math.max(ELO_FLOOR, elo));
  return [
    { elo: clamp(a.elo + gain), games: a.games + 1 },
    { elo: clamp(b.elo - gain), games: b.games + 1 },
  ];
}

/** How much samples count (docs/upstream-formats.md §3.4). */
import type { EngineMode } from './labels.ts';

/** How much a sample of an engine counts before normalisation. */
const SOURCE_WEIGHT: Readonly<Record<EngineMode, number>> = {
  gumbel_mcts: 3,
  mcts: 3,
  policy_only: 1.5,
  descent: 1.5,
  heuristic: 1,
  unknown: 1,
};

/** Days after which a sample counts half, and the least it counts. */
const HALF_LIFE_DAYS = 3;
const LEAST_FRESHNESS = 0.1;

/** Weight by age. Both times in seconds since 1970. */
function freshness(time: number, now: number): number {
  const days = (now - time) / 86_400;
  return Math.max(LEAST_FRESHNESS, 2 ** (-days / HALF_LIFE_DAYS));
}

/** What the weight of a game's samples depends on. */
export interface WeighedGame {
  readonly engine: EngineMode;
  /** Seconds since 1970, NaN when unknown. */
  readonly time: number;
}

/** Source weights normalised to mean 1, times freshness, normalised to mean 1 over all samples. */
export function weightsOf(games: readonly WeighedGame[], rowGames: ArrayLike<number>, now: number): Float32Array {
  const weight = games.map(
    ({ engine, time }) => SOURCE_WEIGHT[engine] * (Number.isNaN(time) ? 1 : freshness(time, now)),
  );
  let sum = 0;
  for (let row = 0; row < rowGames.length; row++) sum += weight[rowGames[row]];
  const mean = sum / rowGames.length;
  return Float32Array.from(rowGames, (game) => weight[game] / mean);
}

/** How much each sample of a game counts: what self-play said, and more where the search changed the network's mind. */

import type { GameSearch } from '../games/game/game.ts';
import { SURPRISE_UNIT, WEIGHT_UNIT } from '../search/players/search-data.ts';
import { surpriseWeights } from '../search/schedule/surprise.ts';

/**
 * One weight per sample, given the search of its decision if there was one. Decisions with a weight of their own (those
 * of soft-resigned tails) keep it. Among those that know their surprise, `surpriseShare` of their weight altogether goes
 * by surprise and the rest is spread evenly. Games without such data weigh 1 throughout.
 */
export function rowWeights(searches: readonly (GameSearch | undefined)[], surpriseShare: number): number[] {
  const base = searches.map((search) => (search?.weight ?? WEIGHT_UNIT) / WEIGHT_UNIT);
  const rows = searches.flatMap((search, row) => (search?.surprise === undefined ? [] : [row]));
  const spread = surpriseWeights(
    rows.map((row) => base[row]),
    rows.map((row) => (searches[row]?.surprise ?? 0) / SURPRISE_UNIT),
    surpriseShare,
  );
  for (const [i, row] of rows.entries()) base[row] = spread[i];
  return base;
}

/**
 * Results as facts: who sat where and how the game ended. Ratings are computed from all of them, so adding the same
 * fact twice, in any order, or from another machine, changes nothing.
 */
import { makeResult, type Results } from '../../state/store/results.ts';
import { type MatchRecord, matchSchema } from '../records.ts';
import type { Outcome } from '../stats/outcomes.ts';

export const MATCH_RESULT = 'match';

/** The fields of a match that are facts of it; the rest follows from them. */
const factOf = ({ type: _type, config: _config, at: _at, ...record }: MatchRecord) => record;

/** Adds matches to the results; returns how many were new. */
export const recordMatches = (results: Results, matches: readonly MatchRecord[]): Promise<number> =>
  results.add(
    matches.map((match) =>
      makeResult({ kind: MATCH_RESULT, config: match.config, atMs: match.at, record: factOf(match) }),
    ),
  );

/** All matches of a config, oldest first; a game that was played again from its seed counts once. */
export async function matchesOf(results: Results, config: string): Promise<MatchRecord[]> {
  const seen = new Set<string>();
  const found = await results.find({ kind: MATCH_RESULT, config });
  return found.flatMap(({ record, at }) => {
    const match = matchSchema.parse({ type: 'match', config, at, ...JSON.parse(record) });
    const game = `${match.run}:${match.index}`;
    if (seen.has(game)) return [];
    seen.add(game);
    return [match];
  });
}

/** A match as what the rating model sees. A game that names no winner is a tie of those still in it. */
export function outcomeOf({ seats, ranking }: Pick<MatchRecord, 'seats' | 'ranking'>): Outcome {
  return { groups: ranking.map((group) => group.map((seat) => seats[seat - 1] ?? '')) };
}

/** Search data of one decision between records and memory. */
import { at } from '../../core/at.ts';
import type { PlySearch } from '../../search/players/search-data.ts';
import type { GameRecord } from './game.ts';

type SearchRecord = NonNullable<GameRecord['search']>[number];

export function searchOf(record: SearchRecord): PlySearch {
  const { ply, policy, values, budget, surprise, weight } = record;
  return {
    ply,
    ...(policy && {
      policy: {
        indices: Uint16Array.from(policy, ([index]) => index),
        probs: Uint16Array.from(policy, ([, probability]) => probability),
      },
    }),
    ...(values && { values: Int16Array.from(values) }),
    ...(budget !== undefined && { budget }),
    ...(surprise !== undefined && { surprise }),
    ...(weight !== undefined && { weight }),
  };
}

export function searchRecord({ ply, policy, values, budget, surprise, weight }: PlySearch): SearchRecord {
  return {
    ply,
    ...(policy && { policy: Array.from(policy.indices, (index, i): [number, number] => [index, at(policy.probs, i)]) }),
    ...(values && { values: Array.from(values) }),
    ...(budget !== undefined && { budget }),
    ...(surprise !== undefined && { surprise }),
    ...(weight !== undefined && { weight }),
  };
}

/** Search data of one decision in the original's two columns, and back. */

import * as z from 'zod';
import { at } from '../../core/at.ts';
import { legalMoves } from '../../engine/legal.ts';
import { MoveList } from '../../engine/moves.ts';
import type { State } from '../../engine/state.ts';
import { moveKey } from '../../net/encode/ai-service/policy.ts';
import { type PlySearch, PROBABILITY_UNIT, VALUE_UNIT } from '../../search/players/search-data.ts';
import { searchSchema } from '../record/game.ts';
import { searchOf, searchRecord } from '../record/search.ts';
import type { Extras } from '../store/extras.ts';
import type { RingriftMove } from '../upstream/types.ts';

const legal = new MoveList();

export interface SearchColumns {
  readonly probs: Readonly<Record<string, number>> | null;
  readonly searchStats: Readonly<Record<string, unknown>> | null;
}

/** The columns of move `ply`; `s` is the position before it. */
export function searchColumns(
  s: State,
  { searches, extras }: { readonly searches: readonly PlySearch[]; readonly extras: Extras },
  ply: number,
): SearchColumns {
  const search = searches.find((record) => record.ply === ply);
  if (!search) return { probs: extras.probs?.[ply] ?? null, searchStats: null };
  return { probs: search.policy ? keyed(s, search.policy) : null, searchStats: statsOf(s, search) };
}

/** Moves that share a key share its entry: their probabilities are added up. */
function keyed(s: State, { indices, probs }: NonNullable<PlySearch['policy']>): Record<string, number> {
  legalMoves(s, legal);
  const units = new Map<string, number>();
  indices.forEach((index, i) => {
    const key = moveKey(s, at(legal.moves, index));
    units.set(key, (units.get(key) ?? 0) + at(probs, i));
  });
  return Object.fromEntries([...units].map(([key, unit]) => [key, unit / PROBABILITY_UNIT]));
}

/** The names the original uses, and under `rr` the exact integers, which keys and floats could not bring back. */
function statsOf(s: State, search: PlySearch): Record<string, unknown> {
  const { values, budget } = search;
  const { ply: _, ...rr } = searchRecord(search);
  return {
    ...(values && { root_value: at(values, s.player - 1) / VALUE_UNIT }),
    ...(budget !== undefined && { total_simulations: budget }),
    rr,
  };
}

const ours = z.object({ rr: searchSchema.omit({ ply: true }) });

/** The search record that searchColumns() wrote; undefined for other columns. */
export function searchOfColumns({ move_number: ply, searchStats }: RingriftMove): PlySearch | undefined {
  const parsed = ours.safeParse(searchStats);
  return parsed.success ? searchOf({ ...parsed.data.rr, ply }) : undefined;
}

/** What a search said about a decision, ready to be shown. */
import { moveToJson } from '../../engine/json/move.ts';
import type { MoveList } from '../../engine/moves.ts';
import { moveNotation } from '../../engine/notation.ts';
import type { State } from '../../engine/state.ts';
import { type DecisionSearch, PROBABILITY_UNIT, VALUE_UNIT } from '../../search/players/search-data.ts';
import { moveMarks } from '../board/marks.ts';

export interface SearchView {
  /** Expected result of each seat, −1 to 1, seat 1 first. */
  readonly values?: readonly number[];
  /** The likeliest moves, best first. */
  readonly moves: readonly PolicyEntry[];
  readonly budget?: number;
}

export interface PolicyEntry {
  readonly move: string;
  /** 0 to 1 */
  readonly share: number;
  /** Cells to point at. */
  readonly cells: readonly number[];
}

/** Moves of a policy that are worth listing. */
const SHOWN = 12;

/** From the integers of records and databases; positions of the policy refer to `legal`. */
export function searchView(search: DecisionSearch, s: State, legal: MoveList): SearchView {
  const { policy, values, budget } = search;
  const entries = policy
    ? Array.from(policy.indices, (index, i) => ({ index, share: policy.probs[i] / PROBABILITY_UNIT }))
    : [];
  return {
    ...(values && { values: Array.from(values, (value) => value / VALUE_UNIT) }),
    moves: listed(entries, s, legal),
    ...(budget !== undefined && { budget }),
  };
}

/**
 * From the original's map of move keys to visit shares. Several legal moves may share a key; they are then listed
 * with equal parts of its share.
 */
export function searchViewOfKeys(
  probs: Readonly<Record<string, number>>,
  rootValue: number | undefined,
  s: State,
  legal: MoveList,
): SearchView {
  const byKey = new Map<string, number[]>();
  for (let index = 0; index < legal.length; index++) {
    const key = moveKey(s, legal.moves[index]);
    byKey.set(key, [...(byKey.get(key) ?? []), index]);
  }
  const entries = Object.entries(probs).flatMap(([key, share]) => {
    const indices = byKey.get(key) ?? [];
    return indices.map((index) => ({ index, share: share / indices.length }));
  });
  const values =
    rootValue === undefined || s.rules.players !== 2
      ? undefined
      : [1, 2].map((seat) => (seat === s.player ? rootValue : -rootValue));
  return { ...(values && { values }), moves: listed(entries, s, legal) };
}

/** type, then `_x,y` of from and of to (docs/upstream-formats.md §1.5). */
function moveKey(s: State, move: number): string {
  const { type, from, to } = moveToJson(s, move);
  return [type, ...[from, to].flatMap((p) => (p ? [`${p.x},${p.y}`] : []))].join('_');
}

function listed(entries: readonly { index: number; share: number }[], s: State, legal: MoveList): PolicyEntry[] {
  return entries
    .filter(({ index }) => index < legal.length)
    .sort((a, b) => b.share - a.share)
    .slice(0, SHOWN)
    .map(({ index, share }) => {
      const { path, area } = moveMarks(s, legal.moves[index]);
      return { move: moveNotation(s, legal.moves[index]), share, cells: [...path, ...area] };
    });
}

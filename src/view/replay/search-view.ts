/** What a search said about a decision, ready to be shown. */
import { at } from '../../core/at.ts';
import { moveToJson } from '../../engine/json/move.ts';
import type { MoveList } from '../../engine/moves.ts';
import { moveNotation } from '../../engine/notation.ts';
import type { State } from '../../engine/state.ts';
import type { GameSearch, IndexedPolicy, KeyedPolicy } from '../../games/game/game.ts';
import { PROBABILITY_UNIT, VALUE_UNIT } from '../../search/players/search-data.ts';
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

/** What the search said before each ply, if it did; `s` and `legal` are of that position. */
export function searchViews(
  searches: readonly GameSearch[],
): (ply: number, s: State, legal: MoveList) => SearchView | undefined {
  const byPly = new Map(searches.map((search) => [search.ply, search]));
  return (ply, s, legal) => {
    const search = byPly.get(ply);
    return search && searchView(search, s, legal);
  };
}

function searchView(search: GameSearch, s: State, legal: MoveList): SearchView {
  const values = valuesOf(search, s);
  const { policy, budget } = search;
  return {
    ...(values && { values }),
    moves: policy ? listed('keys' in policy ? keyed(policy, s, legal) : indexed(policy), s, legal) : [],
    ...(budget !== undefined && { budget }),
  };
}

/** One value is enough where two players share a game. */
function valuesOf({ values, rootValue }: GameSearch, s: State): number[] | undefined {
  if (values) return Array.from(values, (value) => value / VALUE_UNIT);
  if (rootValue?.seat !== s.player || s.rules.players !== 2) return undefined;
  return [1, 2].map((seat) => (seat === s.player ? rootValue.value : -rootValue.value));
}

interface Share {
  /** Position in the list of legal moves. */
  readonly index: number;
  /** 0 to 1 */
  readonly share: number;
}

const indexed = ({ indices, probs }: IndexedPolicy): Share[] =>
  Array.from(indices, (index, i) => ({ index, share: at(probs, i) / PROBABILITY_UNIT }));

/** Several legal moves may share a key of upstream's; they are then listed with equal parts of its share. */
function keyed({ keys }: KeyedPolicy, s: State, legal: MoveList): Share[] {
  const byKey = new Map<string, number[]>();
  for (let index = 0; index < legal.length; index++) {
    const key = moveKey(s, at(legal.moves, index));
    byKey.set(key, [...(byKey.get(key) ?? []), index]);
  }
  return keys.flatMap(([key, share]) => {
    const indices = byKey.get(key) ?? [];
    return indices.map((index) => ({ index, share: share / indices.length }));
  });
}

/** type, then `_x,y` of from and of to (docs/upstream-formats.md §1.5). */
function moveKey(s: State, move: number): string {
  const { type, from, to } = moveToJson(s, move);
  return [type, ...[from, to].flatMap((p) => (p ? [`${p.x},${p.y}`] : []))].join('_');
}

const listed = (shares: readonly Share[], s: State, legal: MoveList): PolicyEntry[] =>
  shares
    .filter(({ index }) => index < legal.length)
    .sort((a, b) => b.share - a.share)
    .slice(0, SHOWN)
    .map(({ index, share }) => {
      const move = at(legal.moves, index);
      const { path, area } = moveMarks(s, move);
      return { move: moveNotation(s, move), share, cells: [...path, ...area] };
    });

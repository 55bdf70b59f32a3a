/** Who came second: the order of the players of a finished or stopped game (docs/rules.md §9.5). */
import { Outcome } from './phases.ts';
import type { State } from './state.ts';

/**
 * Rank of each player, seat 1 first, 1 = best. The winner comes first; the others are ordered by territory, then rings
 * eliminated (at a stalemate with the hand, as its tie-break counts them), then own markers on the board, then who was
 * permanently eliminated later. Ties share a rank and the next one is skipped: 1-2-2-4. Allocates; for edges.
 */
export function ranking(s: State): number[] {
  const stalemate = s.outcome >= Outcome.stalemateTerritory && s.outcome <= Outcome.stalemateLastActor;
  const standing = (p: number): readonly number[] => [
    p === s.winner ? 1 : 0,
    s.territory[p],
    s.eliminated[p] + (stalemate ? s.hand[p] : 0),
    s.markers[p],
    s.goneAt[p] === 0 ? Number.POSITIVE_INFINITY : s.goneAt[p],
  ];
  const standings = Array.from({ length: s.rules.players }, (_, i) => standing(i + 1));
  return standings.map((own) => 1 + standings.filter((other) => compare(other, own) > 0).length);
}

/** Positive when `a` comes before `b`. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] > b[i] ? 1 : -1;
  return 0;
}

/** Seats grouped by rank, best first: ranks 2, 1, 2 are [[2], [1, 3]]. */
export function seatsByRank(ranks: readonly number[]): number[][] {
  const groups = new Map<number, number[]>();
  ranks.forEach((rank, i) => {
    groups.set(rank, [...(groups.get(rank) ?? []), i + 1]);
  });
  return [...groups].sort(([a], [b]) => a - b).map(([, seats]) => seats);
}

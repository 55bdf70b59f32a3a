/** What a finished game teaches about each of its positions. All tables have one place per seat, seat 1 first. */
import { COLLAPSED, STACK, type State } from '../engine/state.ts';

export interface Outcome {
  /** Winning seat, never 0. */
  readonly winner: number;
  /** 1 = best. The winner comes first, the others by territory, then eliminated rings, then own markers; ties share. */
  readonly ranks: readonly number[];
  /** Rings eliminated less the most of any other seat, in victory thresholds. */
  readonly ringMargins: readonly number[];
  /** Territory less the most of any other seat, in territory minimums. */
  readonly territoryMargins: readonly number[];
  /** Owner of every cell at the end, by cell: 0 nobody, else the seat that collapsed it, or whose stack or marker it has. */
  readonly owners: Uint8Array;
}

/** `winner` is the source's: games of the original may end otherwise than the rules say. */
export function outcomeOf(final: State, winner: number): Outcome {
  const { players, victoryThreshold, territoryMinimum } = final.rules;
  const seats = Array.from({ length: players }, (_, i) => i + 1);
  const standing = (p: number): number[] => [
    p === winner ? 1 : 0,
    final.territory[p],
    final.eliminated[p],
    final.markers[p],
  ];
  const standings = seats.map(standing);
  const margins = (table: Int32Array, unit: number): number[] =>
    seats.map((p) => (table[p] - Math.max(...seats.filter((q) => q !== p).map((q) => table[q]))) / unit);
  return {
    winner,
    ranks: standings.map((own) => 1 + standings.filter((other) => compare(other, own) > 0).length),
    ringMargins: margins(final.eliminated, victoryThreshold),
    territoryMargins: margins(final.territory, territoryMinimum),
    owners: Uint8Array.from(final.content, ownerOf),
  };
}

/** Positive when `a` comes before `b`. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}

const ownerOf = (content: number): number =>
  content > COLLAPSED ? content - COLLAPSED : content > STACK ? content - STACK : content;

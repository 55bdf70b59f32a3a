/** What a game's end says about every seat, as the original's exports put it. */
import type { State } from '../../engine/state.ts';
import type { Game } from '../../games/game/game.ts';
import { outcomeOf } from '../targets.ts';
import { SLOTS } from './columns.ts';

export interface ServiceValues {
  /** Value of one seat, −1…1. */
  readonly of: (seat: number) => number;
  /** Values of all seats, 0 beyond them. */
  readonly all: Float32Array;
}

/**
 * Two players: who won. More: 1 for the first rank to −1 for the last. With `exact` as upstream's exporter has it, which
 * knows only what the moves lead to: its own ranks, and 0 for everybody where the game is not over.
 */
export function serviceValues(game: Game, final: State, exact: boolean): ServiceValues {
  if (exact && !final.isOver) return { of: () => 0, all: new Float32Array(SLOTS) };
  const winner = exact ? final.winner : game.winner;
  const ranks = exact ? serviceRanks(final) : outcomeOf(final, winner).ranks;
  const { players } = final.rules;
  const bySeat = ranks.map((rank) => 1 - (2 * (rank - 1)) / (players - 1));
  const all = new Float32Array(SLOTS);
  all.set(bySeat);
  return { of: (seat) => (players === 2 ? (winner === seat ? 1 : -1) : bySeat[seat - 1]), all };
}

/** Ranks by eliminated rings, then territory; ties in seat order, the winner regardless (quirk 3). */
function serviceRanks(final: State): number[] {
  const seats = Array.from({ length: final.rules.players }, (_, i) => i + 1);
  const order = [...seats].sort(
    (a, b) => final.eliminated[b] - final.eliminated[a] || final.territory[b] - final.territory[a] || a - b,
  );
  return seats.map((p) => 1 + order.indexOf(p));
}

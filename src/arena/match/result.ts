/** What a game of a match came to, seen from the candidate. */
import { OUTCOMES } from '../../engine/phases.ts';
import { seatsByRank } from '../../engine/ranking.ts';
import { reasonOf } from '../../games/record/game-write.ts';
import type { PlayedGame } from '../../search/play/played-game.ts';
import { slotOf } from './schedule.ts';

export interface Forfeit {
  /** Seat of who forfeited. */
  readonly seat: number;
  /** What it did, for people. */
  readonly detail: string;
}

/** Plain data. Seats count from 1. */
export interface MatchGame {
  /** Number of the game; see schedule.ts. */
  readonly index: number;
  /** Who started in each seat, by id. */
  readonly seats: readonly string[];
  readonly candidateSeat: number;
  /** Winning seat; null when the game was stopped undecided, or forfeited with several players left. */
  readonly winner: number | null;
  /** Seats, best first; those that share a rank together. */
  readonly ranking: readonly (readonly number[])[];
  /** Coarse reason of the end: the original's, `move_limit` or `forfeit`. */
  readonly reason: string;
  readonly outcome: string;
  readonly plies: number;
  readonly decisions: number;
  readonly forfeit?: Forfeit;
  /** When it ended, milliseconds since 1970. */
  readonly at: number;
}

export const FORFEIT = 'forfeit';

/** The result of a game that was played to its end, or until somebody forfeited. */
export function matchGame(game: PlayedGame, forfeit: Forfeit | undefined, at: number): MatchGame {
  const players = game.players.length;
  const { seat } = slotOf(game.index, players);
  const seats = Array.from({ length: players }, (_, i) => i + 1);
  const base = {
    index: game.index,
    seats: game.players,
    candidateSeat: seat + 1,
    plies: game.moves.length,
    decisions: game.decisions,
    at,
  };
  if (forfeit) {
    const others = seats.filter((other) => other !== forfeit.seat);
    return {
      ...base,
      winner: others.length === 1 ? (others[0] ?? null) : null,
      ranking: [others, [forfeit.seat]],
      reason: FORFEIT,
      outcome: 'none',
      forfeit,
    };
  }
  const undecided = game.winner === 0;
  return {
    ...base,
    winner: undecided ? null : game.winner,
    // who would have won a game that was cut short is not known
    ranking: undecided ? [seats] : seatsByRank(game.ranks),
    reason: reasonOf(game.outcome),
    outcome: outcomeName(game.outcome),
  };
}

/**
 * Points of the candidate: 1 for a win. An undecided game of two players is half a point; with more players only a win
 * counts (docs/upstream-formats.md §8.2), except that who is left when an opponent forfeits gets half a point.
 */
export function pointsOf({ winner, candidateSeat, seats, forfeit }: MatchGame): number {
  if (winner !== null) return winner === candidateSeat ? 1 : 0;
  if (forfeit) return forfeit.seat === candidateSeat ? 0 : 0.5;
  return seats.length === 2 ? 0.5 : 0;
}

function outcomeName(outcome: number): string {
  const name = OUTCOMES[outcome];
  if (name === undefined) throw new RangeError(`no outcome ${outcome}`);
  return name;
}

/** What a game came to. */
import { ranking } from '../../engine/ranking.ts';
import type { PlySearch } from '../players/search-data.ts';
import type { Fork } from '../schedule/opening.ts';
import type { GameInPlay } from './game.ts';

/** Everything about a played game that is not known from its configuration. Cheap to hand to another thread. */
export interface PlayedGame {
  readonly index: number;
  /** Name of the player who started in each seat, seat 1 first. */
  readonly players: readonly string[];
  /** The pie rule was used: who started in seat 1 ended in seat 2. */
  readonly swapped: boolean;
  /** All moves, packed, bookkeeping included. */
  readonly moves: Int32Array;
  /** Hash after each move, two words each, high first; null when not asked for. */
  readonly hashes: Uint32Array | null;
  readonly searches: readonly PlySearch[];
  readonly decisions: number;
  /** Decisions of these that were drawn at random to vary the opening. */
  readonly openingMoves: number;
  /** The game whose start it shares, and for how many decisions. */
  readonly fork?: Fork;
  /** Winning seat; 0 when the game was stopped at the limit. */
  readonly winner: number;
  /** Numbers of OUTCOMES and DETECTORS. */
  readonly outcome: number;
  readonly detector: number;
  /** Rank of each seat, 1 = best. */
  readonly ranks: readonly number[];
  /** Final rings eliminated and territory of each seat. */
  readonly eliminated: readonly number[];
  readonly territory: readonly number[];
}

/** What is kept of a game that is over. `names[i]` started in seat i + 1. */
export function finishedGame(
  game: GameInPlay,
  index: number,
  names: readonly string[],
  openingMoves: number,
): PlayedGame {
  const { state } = game;
  return {
    index,
    players: names,
    swapped: game.swapped,
    moves: game.packedMoves(),
    hashes: game.positionHashes(),
    searches: game.searches,
    decisions: game.decisions,
    openingMoves,
    winner: state.winner,
    outcome: state.outcome,
    detector: state.detector,
    ranks: ranking(state),
    eliminated: perSeat(state.eliminated, names.length),
    territory: perSeat(state.territory, names.length),
  };
}

const perSeat = (table: Int32Array, seats: number): number[] => Array.from(table.subarray(1, seats + 1));

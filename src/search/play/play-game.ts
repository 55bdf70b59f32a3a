/** Plays one game from its seed to its result. */

import { Random } from '../../engine/random.ts';
import { ranking } from '../../engine/ranking.ts';
import type { Rules } from '../../engine/rules.ts';
import type { Player } from '../players/player.ts';
import type { PlySearch } from '../players/search-data.ts';
import type { Fork } from '../schedule/opening.ts';
import { GameInPlay, type GameLimits } from './game.ts';

/** Streams of random numbers within a game, each keyed (run seed, game index, stream); seats add their number. */
export const OPENING_STREAM = 1;
export const SEAT_STREAM = 16;
export const SETUP_STREAM = 32;

export interface PlayOptions extends GameLimits {
  /** Decisions at the start that are drawn uniformly instead of asking the player. */
  readonly openingMoves: number;
  /** Polled before each decision; true abandons the game. */
  readonly stopped?: () => boolean;
}

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

/**
 * The game of (seed, index): the same for the same arguments wherever it is played. `players[i]` starts in seat i + 1.
 * Returns undefined when `stopped` said so.
 */
export function playGame(
  rules: Rules,
  seed: number,
  index: number,
  players: readonly Player[],
  options: PlayOptions,
): PlayedGame | undefined {
  const game = new GameInPlay(rules, options);
  const opening = new Random(seed, index, OPENING_STREAM);
  const randoms = players.map((_, i) => new Random(seed, index, SEAT_STREAM + i + 1));
  players.forEach((player, i) => {
    player.begin?.(rules, new Random(seed, index, SETUP_STREAM + i + 1));
  });
  const { state, legal } = game;
  let drawn = 0;
  while (!game.isOver) {
    if (options.stopped?.()) return undefined;
    if (drawn < options.openingMoves) {
      drawn++;
      game.play(legal.moves[opening.below(legal.length)]);
      continue;
    }
    const holder = game.swapped ? 2 - state.player : state.player - 1;
    const player = players[holder];
    const move = player.choose(state, legal, randoms[holder]);
    game.play(move, player.report?.());
  }
  return finishedGame(
    game,
    index,
    players.map(({ name }) => name),
    drawn,
  );
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

/**
 * A finished game as everything downstream of a source sees it, whatever it was read from: a record stream, our replay
 * database, the original's. Moves are packed and were legal when they were read; the few forms that the original's hosts
 * accept outside the legal set carry their own way of being played.
 */

import { RrError } from '../../core/errors.ts';
import { apply } from '../../engine/apply.ts';
import type { RawMove } from '../../engine/json/move.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';
import type { Interpretation } from '../upstream/interpret.ts';

/** What a search said about one decision. */
export interface GameSearch {
  /** Index of the decision's move in Game.moves. */
  readonly ply: number;
  readonly policy?: IndexedPolicy | KeyedPolicy;
  /** Root value of each seat, seat 1 first, in units of 1/32767. */
  readonly values?: Int16Array;
  /** KL(policy ‖ prior) in units of 1/1000 nat; with a policy only. */
  readonly surprise?: number;
  /** How much the decision shall count in training, in units of 1/1000; 1000 when absent. */
  readonly weight?: number;
}

/** Over the list of legal moves of the position, in the engine's order. */
export interface IndexedPolicy {
  /** Ascending. */
  readonly indices: Uint16Array;
  /** In units of 1/65535. */
  readonly probs: Uint16Array;
}

/** As the original stores it: probability by move key, in the order of the file; one key may mean several moves. */
export interface KeyedPolicy {
  readonly keys: readonly (readonly [key: string, prob: number])[];
}

/** A recorded move outside the legal set that the original accepts. */
export interface VariantMove {
  readonly raw: RawMove;
  readonly interpretation: Interpretation;
}

export interface Game {
  readonly id: string;
  readonly rules: Rules;
  /** The position before the first move; not to be changed. */
  readonly initial: State;
  readonly moves: Int32Array;
  /** By ply; nearly always empty. */
  readonly variants: ReadonlyMap<number, VariantMove>;
  /** By ascending ply. */
  readonly searches: readonly GameSearch[];
  /** The source says the game has ended. */
  readonly completed: boolean;
  /** Winning seat; 0 when there is none. */
  readonly winner: number;
  /** Why it ended, in the source's words. */
  readonly reason: string | null;
  readonly meta: GameMeta;
}

/** What the source knows besides the game itself. */
export interface GameMeta {
  /** File or stream it came from. */
  readonly where: string;
  /** Free text of the original (`selfplay_random`, `gumbel_selfplay` …) or the name of our engine. */
  readonly source: string | null;
  /** Engine name (`heuristic`, `gumbel-mcts` …). */
  readonly engine: string | null;
  /** ISO-8601. */
  readonly createdAt: string | null;
  readonly completedAt: string | null;
  /** 0…1, docs/upstream-formats.md §8.6. */
  readonly quality: number | null;
  /** Kind of the opponent where the source tells. */
  readonly opponent: string | null;
  /** Elo of the model that generated the game. */
  readonly modelElo: number | null;
}

/** Sees the position before each move. */
export type PlyVisitor = (s: State, ply: number, move: number) => void;

/**
 * Plays a whole game, whose result must be where its moves lead: a source that was not replayed when it was read (a row of
 * a database) may claim another. @throws RrError RECORD_INVALID
 */
export function replayToEnd(game: Game, visit: PlyVisitor = () => {}): State {
  const final = replayGame(game, visit);
  if (final.isOver && final.winner !== game.winner) {
    const detail = `player ${game.winner || 'none'} is recorded as the winner, but after its moves it is ${final.winner || 'none'}`;
    throw new RrError('RECORD_INVALID', { where: `game ${game.id}`, detail });
  }
  return final;
}

/**
 * Plays the game from its start on a state of its own, calling `visit` before each move, and returns the last position.
 * `visit` must not change the position.
 */
export function replayGame(game: Game, visit: PlyVisitor): State {
  const s = game.initial.clone();
  const { moves, variants } = game;
  for (let ply = 0; ply < moves.length && !s.isOver; ply++) {
    const move = moves[ply];
    visit(s, ply, move);
    const variant = variants.size > 0 ? variants.get(ply) : undefined;
    if (variant) variant.interpretation.play(s);
    else apply(s, move);
  }
  return s;
}

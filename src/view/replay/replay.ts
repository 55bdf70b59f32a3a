/** From a recorded game to the pictures of all its plies. */

import { RrError } from '../../core/errors.ts';
import { apply } from '../../engine/apply.ts';
import { RulesError } from '../../engine/errors.ts';
import { stateHash } from '../../engine/fingerprint.ts';
import type { RawMove } from '../../engine/json/move.ts';
import type { StackOrder } from '../../engine/json/stack-order.ts';
import { legalMoves } from '../../engine/legal.ts';
import { isBookkeeping, kindOf, MoveList } from '../../engine/moves.ts';
import { moveNotation } from '../../engine/notation.ts';
import type { State } from '../../engine/state.ts';
import { interpretMove } from '../../games/upstream/interpret.ts';
import { changedCells, legalTargets, type MoveMarks, moveMarks, NO_MARKS } from '../board/marks.ts';
import { type GameInfo, gameInfo, type Picture } from '../board/picture.ts';
import { type Snapshot, snapshotOf } from '../board/snapshot.ts';
import { groupsOf } from './fold.js';
import type { SearchView } from './search-view.ts';

/** A game made ready to be shown, whatever it was read from. */
export interface ShownGame {
  /** `file game-id`, for headings and messages. */
  readonly title: string;
  /** Who sat where; empty when nobody is named. */
  readonly names: readonly string[];
  /** The position it starts from; replaying plays on it. */
  readonly start: State;
  /** Present where the source may leave the payer of a recovery unnamed. */
  readonly order?: StackOrder;
  /** Recorded moves, or packed ones of this engine. */
  readonly moves: readonly (RawMove | number)[] | Int32Array;
  /** What the search said before move `ply`, if it did; `s` and `legal` are of that position. */
  readonly searchAt?: (ply: number, s: State, legal: MoveList) => SearchView | undefined;
}

/** One ply: the position after a move, and the move that led there. The first frame has no move. */
export interface Frame extends Picture {
  /** Seat that made the move, 0 at the start. */
  readonly mover: number;
  /** The move in notation. */
  readonly move: string;
  /** The move only records that nothing could be done. */
  readonly idle: boolean;
  readonly legal: readonly number[];
  readonly legalCount: number;
  /** Of the position: the original's compact hash, as recordings hold it. */
  readonly hash: string;
  readonly search?: SearchView;
}

export interface Replay {
  readonly title: string;
  readonly info: GameInfo;
  readonly frames: readonly Frame[];
}

/**
 * Replays the game. Memory: one string per cell and ply.
 * @throws RrError RECORD_INVALID naming the first move that cannot be played.
 */
export function replayGame(game: ShownGame): Replay {
  const { start: s, moves, order } = game;
  const legal = new MoveList();
  const frames: Frame[] = [];
  let marks: MoveMarks = NO_MARKS;
  let mover = 0;
  let move = '';
  let idle = false;
  let before: Snapshot | undefined;
  for (let ply = 0; ; ply++) {
    legalMoves(s, legal);
    const snapshot = snapshotOf(s);
    if (before && marks === UNKNOWN) marks = { path: [], area: changedCells(before.cells, snapshot.cells) };
    const search = ply < moves.length ? game.searchAt?.(ply, s, legal) : undefined;
    frames.push({
      snapshot,
      marks,
      caption: mover === 0 ? '' : `player ${mover}: ${move}`,
      mover,
      move,
      idle,
      legal: legalTargets(s, legal),
      legalCount: legal.length,
      hash: stateHash(s),
      ...(search && { search }),
    });
    const recorded = moves[ply];
    if (recorded === undefined) break;
    before = snapshot;
    mover = s.player;
    ({ marks, move, idle } = play(game.title, s, recorded, ply, order));
  }
  return { title: game.title, info: gameInfo(s.rules, game.names), frames };
}

/** One frame a decision: the move, and the position after the bookkeeping that follows it. */
export function foldedFrames(frames: readonly Frame[]): Frame[] {
  return groupsOf(frames.map(({ idle }) => idle)).map(([first, last]) => {
    const { marks, caption, mover, move, idle } = frames[first];
    return { ...frames[last], marks, caption, mover, move, idle };
  });
}

const isIdle = (move: number): boolean => isBookkeeping(kindOf(move));

/** Stands for "whatever changes": moves outside the legal set have no packed form to take marks from. */
const UNKNOWN: MoveMarks = { path: [], area: [] };

function play(
  title: string,
  s: State,
  recorded: RawMove | number,
  ply: number,
  order: StackOrder | undefined,
): { marks: MoveMarks; move: string; idle: boolean } {
  if (typeof recorded === 'number') {
    const shown = { marks: moveMarks(s, recorded), move: moveNotation(s, recorded), idle: isIdle(recorded) };
    apply(s, recorded);
    return shown;
  }
  try {
    const { move, variant, play } = interpretMove(s, recorded, order);
    const shown = variant
      ? { marks: UNKNOWN, move: String(recorded.type).replaceAll('_', ' '), idle: false }
      : { marks: moveMarks(s, move), move: moveNotation(s, move), idle: isIdle(move) };
    play(s);
    order?.follow(move, s);
    return shown;
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    throw new RrError('RECORD_INVALID', { where: title, detail: `moves[${ply}]: ${error.message}` }, { cause: error });
  }
}

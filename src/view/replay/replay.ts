/** From a recorded game to the pictures of all its plies. */

import { basename } from 'node:path';
import { at } from '../../core/at.ts';
import { stateHash } from '../../engine/fingerprint.ts';
import { isBookkeeping, kindOf } from '../../engine/moves.ts';
import { moveNotation } from '../../engine/notation.ts';
import type { Game, GameSeat } from '../../games/game/game.ts';
import { replay } from '../../games/game/replay.ts';
import type { Step } from '../../games/game/walk.ts';
import { changedCells, legalTargets, type MoveMarks, moveMarks, NO_MARKS } from '../board/marks.ts';
import { type GameInfo, gameInfo, type Picture } from '../board/picture.ts';
import { type Snapshot, snapshotOf } from '../board/snapshot.ts';
import { groupsOf } from './fold.js';
import { type SearchView, searchViews } from './search-view.ts';

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
  /** Of the position: upstream's compact hash, as recordings hold it. */
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
export function showGame(game: Game): Replay {
  const frames: Frame[] = [];
  const searchAt = searchViews(game.searches);
  let made: Made = { mover: 0, move: '', idle: false, marks: NO_MARKS };
  let before: Snapshot | undefined;
  replay(
    game,
    {
      position: ({ state, ply, legal }) => {
        const snapshot = snapshotOf(state);
        const { mover, move, idle } = made;
        const marks = made.marks ?? { path: [], area: before ? changedCells(before.cells, snapshot.cells) : [] };
        const search = ply < game.moves.length ? searchAt(ply, state, legal) : undefined;
        frames.push({
          snapshot,
          marks,
          caption: mover === 0 ? '' : `player ${mover}: ${move}`,
          mover,
          move,
          idle,
          legal: legalTargets(state, legal),
          legalCount: legal.length,
          hash: stateHash(state),
          ...(search && { search }),
        });
        before = snapshot;
        return true;
      },
      move: (step) => {
        made = madeMove(step);
      },
    },
    { anyResult: true },
  );
  return { title: titleOf(game), info: gameInfo(game.initial.rules, game.seats.map(nameOf)), frames };
}

/** `file game-id`, for headings. */
const titleOf = ({ where, id }: Game): string => (id === '' ? basename(where) : `${basename(where)} ${id}`);

const nameOf = ({ player, model }: GameSeat): string => (model === null ? player : `${player} ${model.slice(0, 8)}`);

interface Made {
  readonly mover: number;
  readonly move: string;
  readonly idle: boolean;
  /** Undefined for "whatever changes": a move outside the legal set has no packed form to take marks from. */
  readonly marks: MoveMarks | undefined;
}

function madeMove({ state, move, variant, raw }: Step): Made {
  const mover = state.player;
  if (variant !== null && raw)
    return { mover, move: String(raw.type).replaceAll('_', ' '), idle: false, marks: undefined };
  const idle = isBookkeeping(kindOf(move));
  return { mover, move: moveNotation(state, move), idle, marks: moveMarks(state, move) };
}

/** One frame a decision: the move, and the position after the bookkeeping that follows it. */
export function foldedFrames(frames: readonly Frame[]): Frame[] {
  return groupsOf(frames.map(({ idle }) => idle)).map(([first, last]) => {
    const { marks, caption, mover, move, idle } = at(frames, first);
    return { ...at(frames, last), marks, caption, mover, move, idle };
  });
}

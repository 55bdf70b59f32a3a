/** Positions of a recorded game that are to be analysed. */
import { RrError } from '../../core/errors.ts';
import { isBookkeeping, kindOf, MoveList } from '../../engine/moves.ts';
import { moveNotation } from '../../engine/notation.ts';
import type { State } from '../../engine/state.ts';
import type { Game } from '../../games/game/game.ts';
import { replay } from '../../games/game/replay.ts';

export interface GamePosition {
  readonly ply: number;
  readonly state: State;
  readonly legal: MoveList;
  /** What was played there: its text and its place among the legal moves, −1 for a move outside them. */
  readonly played: { readonly text: string; readonly index: number } | null;
}

export interface Walked {
  readonly positions: readonly GamePosition[];
  /** The last position. */
  readonly end: State;
}

/** The wanted plies of a game, or all decisions: positions with a choice. @throws RrError RECORD_INVALID */
export function positionsOf(game: Game, plies?: readonly number[]): Walked {
  const beyond = plies?.find((ply) => ply > game.moves.length);
  if (beyond !== undefined) {
    const detail = `ply ${beyond} was asked for, the game has ${game.moves.length} moves`;
    throw new RrError('RECORD_INVALID', { where: game.where, detail });
  }
  const wanted = plies && new Set(plies);
  const positions: { -readonly [K in keyof GamePosition]: GamePosition[K] }[] = [];
  const end = replay(
    game,
    {
      position: ({ state, ply, legal }) => {
        const choice = legal.length > 1 && ply < game.moves.length;
        if (wanted ? wanted.has(ply) : choice || game.moves.length === 0) {
          positions.push({ ply, state: state.clone(), legal: copied(legal), played: null });
        }
        return true;
      },
      move: ({ state, ply, legal, move, variant }) => {
        const here = positions.at(-1);
        if (here?.ply !== ply || variant !== null) return;
        here.played = { text: moveNotation(state, move), index: placeOf(legal, move) };
      },
    },
    { anyResult: true },
  );
  return { positions, end };
}

function copied(legal: MoveList): MoveList {
  const copy = new MoveList();
  for (let i = 0; i < legal.length; i++) copy.push(legal.at(i));
  return copy;
}

function placeOf(legal: MoveList, move: number): number {
  if (isBookkeeping(kindOf(move))) return legal.length === 1 ? 0 : -1;
  for (let i = 0; i < legal.length; i++) if (legal.at(i) === move) return i;
  return -1;
}

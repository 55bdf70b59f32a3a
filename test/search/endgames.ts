/** Ends of random games, and the exact truth about them by full-width search: an oracle for solved subtrees. */
import { advance, apply } from '../../src/engine/apply.ts';
import { MoveList } from '../../src/engine/moves.ts';
import { Random } from '../../src/engine/random.ts';
import type { Rules } from '../../src/engine/rules.ts';
import { State } from '../../src/engine/state.ts';
import type { Position } from './positions.ts';

/** The decisions with a choice of a random game, last first. */
export function lastDecisions(rules: Rules, seed: number, count: number): Position[] {
  const random = new Random(seed, 99);
  const state = new State(rules);
  const legal = new MoveList();
  const decisions: Position[] = [];
  for (;;) {
    advance(state, legal);
    if (state.isOver) return decisions.reverse().slice(0, count);
    if (legal.length > 1) {
      const copy = new MoveList();
      for (let i = 0; i < legal.length; i++) copy.push(legal.moves[i]);
      decisions.push({ state: state.clone(), legal: copy });
    }
    apply(state, legal.moves[random.below(legal.length)]);
  }
}

/** The position and legal moves after a move and whatever it leaves no choice about; legal is empty when it is over. */
export function positionAfter(state: State, move: number): Position {
  const next = state.clone();
  const legal = new MoveList();
  apply(next, move);
  advance(next, legal);
  while (legal.length === 1) {
    apply(next, legal.moves[0]);
    advance(next, legal);
  }
  return { state: next, legal };
}

export const movesOf = (legal: MoveList): number[] => [...legal.moves.subarray(0, legal.length)];

/**
 * Winner under best play of everybody (max^n; among equally good moves the first in legal order), by full search within
 * a budget of positions; null when that does not suffice.
 */
export function bestOutcome(position: Position, budget = { positions: 3000 }): number | null {
  const { state, legal } = position;
  if (state.isOver) return state.winner;
  if (--budget.positions < 0) return null;
  let result: number | null = 0;
  for (const move of movesOf(legal)) {
    const winner = bestOutcome(positionAfter(state, move), budget);
    if (winner === state.player) return winner;
    if (winner === null) result = null;
    else if (result === 0) result = winner;
  }
  return result;
}

/** Moves after which the mover has won at once. */
export const winningMoves = ({ state, legal }: Position): number[] =>
  movesOf(legal).filter((move) => positionAfter(state, move).state.winner === state.player);

/** Moves after which the next to decide, an opponent, cannot win with one move. */
export const safeMoves = ({ state, legal }: Position): number[] =>
  movesOf(legal).filter((move) => {
    const next = positionAfter(state, move);
    if (next.state.isOver) return next.state.winner === state.player;
    return next.state.player === state.player || winningMoves(next).length === 0;
  });

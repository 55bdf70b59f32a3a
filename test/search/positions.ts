/** Positions of random play, for tests of searches. */
import { advance, apply } from '../../src/engine/apply.ts';
import type { BoardName, PlayerCount } from '../../src/engine/boards.ts';
import { MoveList } from '../../src/engine/moves.ts';
import { Random } from '../../src/engine/random.ts';
import { createRules, type Rules } from '../../src/engine/rules.ts';
import { State } from '../../src/engine/state.ts';

export interface Position {
  readonly state: State;
  readonly legal: MoveList;
}

export const rulesOf = (board: BoardName, players: PlayerCount): Rules => createRules(board, players);

/** The first decision with a choice at or after `plies` random moves; games that end before are begun anew. */
export function randomPosition(rules: Rules, seed: number, plies: number): Position {
  for (let attempt = 0; ; attempt++) {
    const random = new Random(seed, attempt, 77);
    const state = new State(rules);
    const legal = new MoveList();
    for (;;) {
      advance(state, legal);
      if (state.isOver) break;
      if (state.ply >= plies && legal.length >= 2) return { state, legal };
      apply(state, legal.moves[random.below(legal.length)]);
    }
  }
}

/** `count` positions spread over the first `plies` plies. */
export function randomPositions(rules: Rules, seed: number, count: number, plies: number): Position[] {
  return Array.from({ length: count }, (_, i) => randomPosition(rules, seed + i, Math.floor((plies * i) / count)));
}

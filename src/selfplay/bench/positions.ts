/** Positions to measure with: decisions with a choice, spread over the length of random games. */
import { advance, apply } from '../../engine/apply.ts';
import type { BoardName } from '../../engine/boards.ts';
import { MoveList } from '../../engine/moves.ts';
import { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';

export interface BenchPosition {
  readonly state: State;
  readonly legal: MoveList;
}

/** Plies over which positions are spread: about two thirds of a game. */
const SPREAD: Readonly<Record<BoardName, number>> = { square8: 80, hex8: 80, square19: 300, hexagonal: 300 };

/** The same positions for the same arguments, on every machine. */
export function benchPositions(rules: Rules, count: number, seed = 1): BenchPosition[] {
  return Array.from({ length: count }, (_, i) =>
    positionAt(rules, seed + i, Math.floor((SPREAD[rules.board] * i) / count)),
  );
}

/** First decision with a choice at or after `ply`; a game that is over before is played anew. */
function positionAt(rules: Rules, seed: number, ply: number): BenchPosition {
  for (let attempt = 0; ; attempt++) {
    const random = new Random(seed, attempt);
    const state = new State(rules);
    const legal = new MoveList();
    for (advance(state, legal); !state.isOver; advance(state, legal)) {
      if (state.ply >= ply && legal.length > 1) return { state, legal };
      apply(state, legal.at(random.below(legal.length)));
    }
  }
}

/**
 * What a fixed-depth search keeps per ply: a position, its moves ranked by the heuristic score of the position each
 * leads to, and those scores.
 */
import { advance, apply } from '../../engine/apply.ts';
import { Kind, kindOf, MoveList } from '../../engine/moves.ts';
import type { Rules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { DECIDED, HeuristicEvaluator } from '../heuristic/evaluate.ts';
import { PROFILES } from '../heuristic/weights.ts';

export interface DepthOptions {
  /** Decisions looked ahead, at least 1. A turn has two or more decisions. */
  readonly depth: number;
  /** Moves followed per position below the root's, the best by static score (a beam); the root follows twice as many. */
  readonly width: number;
}

export const DEFAULT_DEPTH: DepthOptions = { depth: 3, width: 8 };

export class Frame {
  readonly state: State;
  readonly legal = new MoveList();
  /** Moves to follow, best first for whoever decides. */
  readonly ranked: number[] = [];
  /** scores[i · players + seat] of the position after ranked move i. */
  scores = new Float64Array(0);
  readonly #scratch: State;
  readonly #scratchLegal = new MoveList();
  readonly #formula: HeuristicEvaluator;
  readonly #players: number;

  constructor(rules: Rules) {
    this.state = new State(rules);
    this.#scratch = new State(rules);
    this.#players = rules.players;
    this.#formula = new HeuristicEvaluator({ weights: PROFILES.aggressive, mode: 'light' });
  }

  /** Makes this frame the position after a move of another one, played on to the next decision. */
  enter(from: State, move: number): void {
    this.state.copyFrom(from);
    apply(this.state, move);
    settle(this.state, this.legal);
  }

  /** Ranks the legal moves for whoever decides and keeps the best `width`. The pie rule is left to the caller. */
  rank(width: number): void {
    const { state, legal } = this;
    const players = this.#players;
    const seat = state.player - 1;
    const rows: { readonly move: number; readonly scores: number[] }[] = [];
    for (let i = 0; i < legal.length; i++) {
      const move = legal.moves[i];
      if (kindOf(move) === Kind.swap) continue;
      this.#scratch.copyFrom(state);
      apply(this.#scratch, move);
      settle(this.#scratch, this.#scratchLegal);
      rows.push({ move, scores: this.scoresOf(this.#scratch) });
    }
    rows.sort((a, b) => b.scores[seat] - a.scores[seat]);
    rows.length = Math.min(rows.length, width);
    this.ranked.length = 0;
    this.scores = Float64Array.from(rows.flatMap(({ scores }) => scores));
    for (const { move } of rows) this.ranked.push(move);
    if (rows.length === 0) throw new Error(`nothing to rank among ${legal.length} moves of ${players} players`);
  }

  /** Static score of every seat. */
  scoresOf(state: State): number[] {
    const players = this.#players;
    const formula = this.#formula;
    if (state.isOver) {
      return Array.from({ length: players }, (_, seat) =>
        state.winner === 0 ? 0 : state.winner === seat + 1 ? DECIDED : -DECIDED,
      );
    }
    formula.count(state);
    return Array.from({ length: players }, (_, seat) => formula.score(state, seat + 1));
  }
}

/** Plays forced bookkeeping and single legal moves. */
function settle(state: State, legal: MoveList): void {
  advance(state, legal);
  while (legal.length === 1) {
    apply(state, legal.moves[0]);
    advance(state, legal);
  }
}

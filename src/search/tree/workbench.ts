/**
 * The position a thread is working on: one State and one move list, loaded from wherever positions are stored and
 * played forward. Shared by all trees of a thread that play by the same rules.
 */
import { advance, apply } from '../../engine/apply.ts';
import { MoveList } from '../../engine/moves.ts';
import type { Rules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';

export class Workbench {
  readonly rules: Rules;
  readonly state: State;
  readonly legal = new MoveList();
  /** The state's memory: what a StateStore saves and loads. */
  readonly bytes: Uint8Array;

  constructor(rules: Rules) {
    this.rules = rules;
    this.state = new State(rules);
    this.bytes = new Uint8Array(this.state.buffer);
  }

  /** Takes over a position and its legal moves. */
  take(state: State, legal: MoveList): void {
    this.state.copyFrom(state);
    this.legal.length = 0;
    for (let i = 0; i < legal.length; i++) this.legal.push(legal.moves[i]);
  }

  /** Plays a legal move and then everything that leaves no choice; `legal` holds the moves of the decision reached. */
  play(move: number): void {
    apply(this.state, move);
    this.settle();
  }

  /** Plays forced bookkeeping and single legal moves until there is a choice or the game is over. */
  settle(): void {
    advance(this.state, this.legal);
    while (this.legal.length === 1) {
      apply(this.state, this.legal.moves[0]);
      advance(this.state, this.legal);
    }
  }
}

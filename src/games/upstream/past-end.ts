/**
 * Games that go on after the rules end them. Upstream's players share the round's actors between copies of a position, so
 * that it misses some wins by last player standing (docs/upstream-formats.md §9). Its replays then play on with a game that
 * is over: a turn that ends does not pass until the next player moves.
 */
import { Outcome, Phase } from '../../engine/phases.ts';
import type { State } from '../../engine/state.ts';

/** Only the round count, which is taken when a turn starts, leaves a position that can go on. */
export const canGoOn = (s: State): boolean => s.isOver && s.outcome === Outcome.lpsRounds;

type Turn = Pick<State, 'player' | 'phase'>;

/** The turn of a position after its end: the one that the rules need, and the one that upstream's replays show. */
export class PastEnd {
  #due: Turn;
  #shown: Turn;
  readonly #end: Pick<State, 'winner' | 'outcome' | 'detector'>;

  /** `s`: a position that canGoOn(). */
  constructor(s: State) {
    const { player, phase, winner, outcome, detector } = s;
    this.#due = { player, phase: Phase.placement };
    this.#shown = { player, phase };
    this.#end = { winner, outcome, detector };
  }

  /** For the rules. */
  due(s: State): void {
    set(s, this.#due);
  }

  /** For those who look at the position. */
  show(s: State): void {
    set(s, this.#shown);
  }

  /** To be called after each move. */
  played(s: State): void {
    const before = this.#due;
    if (s.isOver && !canGoOn(s)) return;
    const passes = s.isOver || (s.phase === Phase.placement && before.phase !== Phase.placement);
    this.#due = { player: s.player, phase: s.isOver ? Phase.placement : s.phase };
    this.#shown = passes ? before : this.#due;
    this.show(s);
  }

  /** The end stands unless another one came after it. */
  finish(s: State): void {
    const { winner, outcome, detector } = this.#end;
    if (!s.isOver) s.end(winner, outcome, detector);
  }
}

function set(s: State, { player, phase }: Turn): void {
  s.player = player;
  s.phase = phase;
}

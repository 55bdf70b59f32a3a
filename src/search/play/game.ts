/**
 * One game while it is played: the position, its legal moves, and everything a record needs. Forced bookkeeping moves
 * are played here, so whoever drives it sees decisions only.
 */
import { advance, apply } from '../../engine/apply.ts';
import { Kind, kindOf, MoveList } from '../../engine/moves.ts';
import { hashPosition } from '../../engine/position-hash.ts';
import type { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import type { DecisionSearch, PlySearch } from '../players/search-data.ts';

export interface GameLimits {
  /** Moves, bookkeeping included, after which the game is stopped undecided. */
  readonly maxMoves: number;
  /** Keep the hash of the position after every move. */
  readonly hashes: boolean;
}

export class GameInPlay {
  readonly state: State;
  /** Legal moves of the decision that is due. */
  readonly legal = new MoveList();
  readonly searches: PlySearch[] = [];
  /** Decisions taken so far. */
  decisions = 0;
  /** The players have changed seats by the pie rule. */
  swapped = false;
  readonly #limits: GameLimits;
  #moves = new Int32Array(256);
  #hashes: Uint32Array | null;
  readonly #onForced = (move: number): void => this.#note(move);

  constructor(rules: Rules, limits: GameLimits) {
    this.state = new State(rules);
    this.#limits = limits;
    this.#hashes = limits.hashes ? new Uint32Array(512) : null;
    this.#settle();
  }

  /** Decided, or stopped at the limit. */
  get isOver(): boolean {
    return this.state.isOver || this.state.ply >= this.#limits.maxMoves;
  }

  /**
   * Whose turn it is, as the index of who started in seat index + 1: the pie rule makes the two players change seats.
   */
  get turn(): number {
    const { player } = this.state;
    return this.swapped ? 2 - player : player - 1;
  }

  /** A uniformly random legal move. Does not play it. */
  drawMove(random: Random): number {
    return this.legal.moves[random.below(this.legal.length)];
  }

  /** Plays a legal move and the bookkeeping after it. */
  play(move: number, search?: DecisionSearch): void {
    if (search) this.searches.push({ ...search, ply: this.state.ply });
    if (kindOf(move) === Kind.swap) this.swapped = true;
    this.decisions++;
    this.#note(move);
    apply(this.state, move);
    this.#settle();
  }

  /** All moves so far, packed. A copy. */
  packedMoves(): Int32Array {
    return this.#moves.slice(0, this.state.ply);
  }

  /** Hash after each move, two words each (see hashText), or null. A copy. */
  positionHashes(): Uint32Array | null {
    if (this.#hashes === null) return null;
    this.#hashNow();
    return this.#hashes.slice(0, 2 * this.state.ply);
  }

  #settle(): void {
    advance(this.state, this.legal, this.#onForced);
  }

  /** Called before a move is applied: the position at hand is the one after the move before it. */
  #note(move: number): void {
    const { ply } = this.state;
    if (ply === this.#moves.length) {
      this.#moves = grown(this.#moves, new Int32Array(2 * ply));
      if (this.#hashes !== null) this.#hashes = grown(this.#hashes, new Uint32Array(4 * ply));
    }
    this.#moves[ply] = move;
    this.#hashNow();
  }

  #hashNow(): void {
    const { ply } = this.state;
    if (this.#hashes !== null && ply > 0) hashPosition(this.state, this.#hashes, 2 * (ply - 1));
  }
}

function grown<T extends Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

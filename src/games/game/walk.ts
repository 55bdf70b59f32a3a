/** One pass over a recorded game: each position and each move in turn, every move checked. */

import { apply } from '../../engine/apply.ts';
import { RulesError } from '../../engine/errors.ts';
import type { RawMove } from '../../engine/json/move.ts';
import type { StackOrder } from '../../engine/json/stack-order.ts';
import { legalMoves } from '../../engine/legal.ts';
import { Kind, kindOf, MOVE_TYPES, MoveList } from '../../engine/moves.ts';
import { PHASES } from '../../engine/phases.ts';
import type { State } from '../../engine/state.ts';
import { type InterpretOptions, interpretMove } from '../upstream/interpret.ts';
import { canGoOn, PastEnd } from '../upstream/past-end.ts';
import type { Dialect, VariantName } from '../upstream/variants.ts';
import type { Game } from './game.ts';
import { policyProblem } from './search-problem.ts';

/** Where a replay is. One object a replay: it changes with every ply, and its state must not be changed by others. */
export interface Step {
  readonly state: State;
  /** Moves played so far. */
  readonly ply: number;
  /** The legal moves of the position, listed when they are asked for; none once the game is over. */
  readonly legal: MoveList;
  /** The move about to be played; for variants without a packed form the kind alone. */
  readonly move: number;
  /** Name of the form outside the legal set that the move has; null for legal moves. */
  readonly variant: VariantName | null;
  /** The move as it was recorded, unless it was packed. */
  readonly raw: RawMove | undefined;
}

export interface Visitor {
  /** Sees every position, the last one included, before its move is looked at. False ends the replay there. */
  readonly position?: (step: Step) => boolean | undefined;
  /** Sees every move that passed the check, before it is played. */
  readonly move?: (step: Step) => void;
}

export interface WalkOptions {
  readonly dialect: Dialect;
  /** End quietly at the ply from which the game itself says that the rules refuse it. Default: refuse the game. */
  readonly allowBroken?: boolean | undefined;
}

/**
 * Games that were replayed to their end. A game does not change, so its packed moves are legal for ever: a second replay,
 * as a writer with two passes makes it, does not list the legal moves of every position again.
 */
const PROVEN = new WeakSet<Game>();

/** A replay on its way. @throws RulesError MOVE_INVALID or MOVE_ILLEGAL from run(), at `ply` */
export class Walk implements Step {
  readonly state: State;
  ply = 0;
  move = 0;
  variant: VariantName | null = null;
  raw: RawMove | undefined;
  readonly #game: Game;
  readonly #visitor: Visitor;
  readonly #allowBroken: boolean;
  readonly #reading: InterpretOptions;
  readonly #order: StackOrder | undefined;
  readonly #legal = new MoveList();
  /** The next of the game's searches. */
  #search = 0;
  /** The ply whose moves `#legal` holds. */
  #listed = -1;
  /** Every packed move has been found legal before. */
  readonly #proven: boolean;
  /** The rules have ended the game, and it goes on. */
  #pastEnd: PastEnd | undefined;

  constructor(game: Game, visitor: Visitor, { dialect, allowBroken = false }: WalkOptions) {
    this.#game = game;
    this.#visitor = visitor;
    this.#allowBroken = allowBroken;
    this.state = game.initial.clone();
    this.#order = game.order?.clone();
    this.#reading = { order: this.#order, dialect };
    this.#proven = PROVEN.has(game);
  }

  get legal(): MoveList {
    if (this.#listed !== this.ply) legalMoves(this.state, this.#legal);
    this.#listed = this.ply;
    return this.#legal;
  }

  run(): void {
    const { position } = this.#visitor;
    const { moves, broken = moves.length } = this.#game;
    for (const recorded of moves) {
      if (!this.#proven) this.#checkSearch();
      if (position?.(this) === false) return;
      if (this.ply >= broken) {
        if (this.#allowBroken) return;
        throw this.#illegal(recorded, 'not a move that the rules allow there');
      }
      this.#play(recorded);
      this.ply++;
    }
    this.#pastEnd?.finish(this.state);
    PROVEN.add(this.#game);
    position?.(this);
  }

  /** A policy has to be one over the legal moves of its position. */
  #checkSearch(): void {
    const search = this.#game.searches[this.#search];
    if (search?.ply !== this.ply) return;
    this.#search++;
    const { policy } = search;
    if (policy === undefined || 'keys' in policy) return;
    const problem = policyProblem(policy, this.legal.length);
    if (problem !== undefined) throw new RulesError('MOVE_ILLEGAL', `its search policy ${problem}`);
  }

  #play(recorded: number | RawMove): void {
    const { state } = this;
    if (state.isOver) this.#pastEnd = this.#goOn(recorded);
    const pastEnd = this.#pastEnd;
    pastEnd?.due(state);
    if (pastEnd) this.#listed = -1;
    const play = typeof recorded === 'number' ? this.#packed(recorded) : this.#recorded(recorded);
    pastEnd?.show(state);
    this.#visitor.move?.(this);
    pastEnd?.due(state);
    play(state);
    this.#order?.follow(this.move, state);
    pastEnd?.played(state);
  }

  #packed(move: number): (s: State) => void {
    const ends = kindOf(move) === Kind.resign || kindOf(move) === Kind.timeout;
    if (!this.#proven && !ends && !this.legal.includes(move)) throw this.#illegal(move, 'not among the legal moves');
    this.move = move;
    this.variant = null;
    this.raw = undefined;
    return (s) => apply(s, move);
  }

  #recorded(raw: RawMove): (s: State) => void {
    const read = interpretMove(this.state, raw, { ...this.#reading, legal: this.legal });
    if (read.variant !== null && !this.#isException())
      throw this.#illegal(raw, `is outside the legal set (${read.variant})`);
    this.move = read.move;
    this.variant = read.variant ?? (this.#pastEnd ? 'past-end' : null);
    this.raw = raw;
    return read.play;
  }

  /** Plays on after an end that only the rules know of, where the game says that it did. */
  #goOn(recorded: number | RawMove): PastEnd {
    if (typeof recorded === 'number' || !this.#isException() || !canGoOn(this.state))
      throw this.#illegal(recorded, 'the game is over');
    return new PastEnd(this.state);
  }

  #isException(): boolean {
    const { exceptions } = this.#game;
    return exceptions === 'anywhere' || exceptions.has(this.ply);
  }

  #illegal(recorded: number | RawMove, why: string): RulesError {
    const type = typeof recorded === 'number' ? MOVE_TYPES[kindOf(recorded)] : String(recorded.type);
    return new RulesError('MOVE_ILLEGAL', `${type} in ${PHASES[this.state.phase]}: ${why}`);
  }
}

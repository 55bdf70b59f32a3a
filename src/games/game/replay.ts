/** The one way to play a recorded game: strictly, move by move, from its start. */

import { RrError } from '../../core/errors.ts';
import { apply } from '../../engine/apply.ts';
import { RulesError } from '../../engine/errors.ts';
import type { RawMove } from '../../engine/json/move.ts';
import type { StackOrder } from '../../engine/json/stack-order.ts';
import { legalMoves } from '../../engine/legal.ts';
import { Kind, kindOf, MOVE_TYPES, MoveList } from '../../engine/moves.ts';
import { PHASES } from '../../engine/phases.ts';
import type { State } from '../../engine/state.ts';
import { type Interpretation, type InterpretOptions, interpretMove } from '../upstream/interpret.ts';
import type { Dialect, VariantName } from '../upstream/variants.ts';
import type { Game } from './game.ts';
import { resultContradiction } from './result.ts';
import { policyProblem, searchesProblem } from './search-problem.ts';

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

export interface ReplayOptions {
  readonly dialect?: Dialect;
  /** End quietly at the ply from which the game itself says that the rules refuse it. Default: refuse the game. */
  readonly allowBroken?: boolean;
  /** Take the game whatever result it claims. Default: it must be the one that its moves lead to. */
  readonly anyResult?: boolean;
}

/**
 * Replays the whole game and returns its last position. Every move must be legal, or one of the exceptions that the game
 * names; the moves must lead to the result that the game claims.
 * Cost: the legal moves of every position, the first time. Visitors get them, so that nobody has to list them again.
 * @throws RrError RECORD_INVALID naming the game and the first move, or the result, that is wrong
 */
export function replay(game: Game, visitor: Visitor = {}, options: ReplayOptions = {}): State {
  const impossible = searchesProblem(game);
  if (impossible !== undefined) throw refusal(game, impossible);
  const walk = new Walk(game, visitor, options);
  try {
    walk.run();
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    throw refusal(game, `moves[${walk.ply}]: ${error.message}`, error);
  }
  const whole = walk.ply === game.moves.length;
  const contradiction = whole && !options.anyResult ? resultContradiction(game, walk.state) : undefined;
  if (contradiction !== undefined) throw refusal(game, contradiction);
  return walk.state;
}

/** The same without the test of the result and without wrapping errors, for parity, which has its own words for both. */
export function replayMoves(game: Game, visitor: Visitor, options: ReplayOptions = {}): State {
  const walk = new Walk(game, visitor, options);
  walk.run();
  return walk.state;
}

function refusal({ where, id }: Game, detail: string, cause?: unknown): RrError {
  return new RrError('RECORD_INVALID', { where: `${where}: game ${id}`, detail }, { cause });
}

/**
 * Games that were replayed to their end. A game does not change, so its packed moves are legal for ever: a second replay,
 * as a writer with two passes makes it, does not list the legal moves of every position again.
 */
const PROVEN = new WeakSet<Game>();

class Walk implements Step {
  readonly state: State;
  ply = 0;
  move = 0;
  variant: VariantName | null = null;
  raw: RawMove | undefined;
  readonly #game: Game;
  readonly #visitor: Visitor;
  readonly #options: ReplayOptions;
  readonly #reading: InterpretOptions;
  readonly #order: StackOrder | undefined;
  readonly #legal = new MoveList();
  /** The next of the game's searches. */
  #search = 0;
  /** The ply whose moves `#legal` holds. */
  #listed = -1;
  /** Every packed move has been found legal before. */
  readonly #proven: boolean;

  constructor(game: Game, visitor: Visitor, options: ReplayOptions) {
    this.#game = game;
    this.#visitor = visitor;
    this.#options = options;
    this.state = game.initial.clone();
    this.#order = game.order?.clone();
    this.#reading = { order: this.#order, dialect: options.dialect };
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
        if (this.#options.allowBroken) return;
        throw this.#illegal(recorded, 'not a move that the rules allow there');
      }
      this.#play(recorded);
      this.ply++;
    }
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
    if (state.isOver) throw this.#illegal(recorded, 'the game is over');
    if (typeof recorded === 'number') {
      const ends = kindOf(recorded) === Kind.resign || kindOf(recorded) === Kind.timeout;
      if (!this.#proven && !ends && !this.legal.includes(recorded))
        throw this.#illegal(recorded, 'not among the legal moves');
      this.move = recorded;
      this.variant = null;
      this.raw = undefined;
      this.#visitor.move?.(this);
      apply(state, recorded);
      this.#order?.follow(recorded, state);
      return;
    }
    const read = this.#interpret(recorded);
    this.move = read.move;
    this.variant = read.variant;
    this.raw = recorded;
    this.#visitor.move?.(this);
    read.play(state);
    this.#order?.follow(read.move, state);
  }

  #interpret(recorded: RawMove): Interpretation {
    const { exceptions } = this.#game;
    const read = interpretMove(this.state, recorded, { ...this.#reading, legal: this.legal });
    const named = exceptions === 'anywhere' || exceptions.has(this.ply);
    if (read.variant !== null && !named) throw this.#illegal(recorded, `is outside the legal set (${read.variant})`);
    return read;
  }

  #illegal(recorded: number | RawMove, why: string): RulesError {
    const type = typeof recorded === 'number' ? MOVE_TYPES[kindOf(recorded)] : String(recorded.type);
    return new RulesError('MOVE_ILLEGAL', `${type} in ${PHASES[this.state.phase]}: ${why}`);
  }
}

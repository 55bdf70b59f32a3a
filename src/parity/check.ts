/** Strict replay of one recorded game, held against what its source stored on the way: the heart of `rr parity`. */

import { at } from '../core/at.ts';
import { isLegal } from '../engine/apply.ts';
import { RulesError } from '../engine/errors.ts';
import { stateHash } from '../engine/fingerprint.ts';
import { moveToJson } from '../engine/json/move.ts';
import { stateToJson } from '../engine/json/state.ts';
import { kindOf, MOVE_TYPES } from '../engine/moves.ts';
import { PHASES } from '../engine/phases.ts';
import { hashPosition, hashText } from '../engine/position-hash.ts';
import type { State } from '../engine/state.ts';
import type { Game, GameClaims, PlyClaim } from '../games/game/game.ts';
import { replayMoves } from '../games/game/replay.ts';
import type { Step } from '../games/game/walk.ts';
import { canonicalMoveType, canonicalPhase, phaseAllows } from '../games/upstream/moves.ts';
import type { VariantName } from '../games/upstream/variants.ts';
import { digestLegal, digestState } from './digest.ts';
import { endText, resultMismatch } from './result.ts';

/**
 * What a divergence is about: the move is none for the phase or the player on turn (`phase`), it is of the right type but
 * not legal (`legality`), the source describes another position (`state`), or another ending (`result`).
 */
export type DivergenceKind = 'legality' | 'phase' | 'state' | 'result';

export interface Divergence {
  readonly kind: DivergenceKind;
  /** 0-based number of the move at which replay and record part; the number of moves for the final result. */
  readonly move: number;
  readonly phase: string;
  readonly expected: string;
  readonly actual: string;
  /** Position before the move and the move itself, for a fixture. */
  readonly before: unknown;
  readonly raw: unknown;
}

export interface GameCheck {
  readonly plies: number;
  /** Hashes and digests compared. */
  readonly hashes: number;
  readonly variants: Readonly<Partial<Record<VariantName, number>>>;
  readonly divergence: Divergence | null;
  /** Where the record can be read in two ways: how it was read, and why. */
  readonly notes: readonly string[];
}

/** Every move and every stored hash agrees; what the record says of the game's end is not what the rules give. */
export const isResultOnly = (divergence: Pick<Divergence, 'kind'>): boolean => divergence.kind === 'result';

/**
 * Replays the game to its end or its first divergence.
 * @throws RulesError MOVE_INVALID for a game without moves, or a move that is none on this board (unreadable, not divergent)
 */
export function checkGame(game: Game): GameCheck {
  if (game.moves.length === 0) throw new RulesError('MOVE_INVALID', 'the game has no moves');
  return new Check(game).run();
}

/** What differs: kind, expectation and finding. */
type Difference = readonly [kind: DivergenceKind, expected: string, actual: string];

class Check {
  readonly #game: Game;
  /** The position before the move that was played last. */
  readonly #before: State;
  readonly #hash: (s: State, over?: boolean) => string;
  readonly #variants: Partial<Record<VariantName, number>> = {};
  readonly #notes: string[] = [];
  #hashes = 0;
  #ply = 0;
  #found: Divergence | undefined;

  constructor(game: Game) {
    this.#game = game;
    this.#before = game.initial.clone();
    this.#hash = HASHES[game.claims?.hash ?? 'state'];
  }

  run(): GameCheck {
    const { moves } = this.#game;
    let final: State | undefined;
    try {
      final = replayMoves(this.#game, {
        position: (step) => this.#position(step),
        move: ({ variant, ply }) => {
          if (variant === null) return;
          this.#variants[variant] = (this.#variants[variant] ?? 0) + 1;
          const note = READINGS[variant];
          if (note !== undefined) this.#notes.push(`move ${ply}: ${note}`);
        },
      });
    } catch (error) {
      if (!(error instanceof RulesError)) throw error;
      if (error.code !== 'MOVE_ILLEGAL') throw new RulesError(error.code, `move ${this.#ply}: ${error.message}`);
      const kind = fitsTurn(this.#before, at(moves, this.#ply)) ? 'legality' : 'phase';
      this.#found = this.#divergence(this.#ply, phaseOf(this.#before), [kind, 'a legal move', error.message]);
    }
    if (final && !this.#found) {
      const wrong = resultMismatch(final, this.#game);
      if (wrong) this.#found = this.#divergence(moves.length, phaseOf(final), ['result', ...wrong]);
    }
    return {
      plies: this.#found?.move ?? moves.length,
      hashes: this.#hashes,
      variants: this.#variants,
      divergence: this.#found ?? null,
      notes: this.#notes,
    };
  }

  /** Everything that is claimed about a position, in the order of time. False at the first claim that does not hold. */
  #position({ state, ply }: Step): boolean {
    const { claims, moves } = this.#game;
    const last = ply > 0 ? claims?.plies[ply - 1] : undefined;
    const wrong = last && this.#after(state, last, ply === moves.length);
    if (wrong) {
      this.#found = this.#divergence(ply - 1, phaseOf(this.#before), wrong);
      return false;
    }
    if (ply === moves.length) return true;
    this.#ply = ply;
    this.#before.copyFrom(state);
    const unexpected = this.#beforeMove(state, claims?.plies[ply]);
    if (unexpected) this.#found = this.#divergence(ply, phaseOf(state), unexpected);
    return unexpected === undefined;
  }

  #beforeMove(s: State, claim: PlyClaim = {}): Difference | undefined {
    if (s.isOver) return ['result', 'the game goes on', endText(s)];
    const turn = turnMismatch(s, claim);
    if (turn) return ['state', ...turn];
    if (claim.hashBefore !== undefined) {
      this.#hashes++;
      const actual = this.#hash(s);
      if (actual !== claim.hashBefore) return ['state', `${claim.hashBefore} before the move`, actual];
    }
    if (claim.legalDigest !== undefined) {
      this.#hashes++;
      const actual = digestLegal(s);
      if (actual !== claim.legalDigest) return ['legality', `legal set ${claim.legalDigest}`, actual];
    }
    return undefined;
  }

  #after(s: State, { hashAfter, phaseAfter }: PlyClaim, last: boolean): Difference | undefined {
    if (hashAfter !== undefined) {
      this.#hashes++;
      const actual = this.#hash(s);
      if (actual !== hashAfter) {
        // An ending that only the record, or only the rules, know of is a different result of the same position.
        const endsOnlyHere = s.isOver && !(last && this.#game.status === 'completed');
        const endsOnlyThere = last && !s.isOver && this.#hash(s, true) === hashAfter;
        if (endsOnlyHere) return ['result', 'the game goes on', endText(s)];
        if (!endsOnlyThere) return ['state', hashAfter, actual];
      }
    }
    const phase = phaseOf(s);
    const otherPhase = phaseAfter !== undefined && phaseAfter !== phase && phaseAfter !== 'game_over';
    return otherPhase && !s.isOver ? ['state', `${phaseAfter} after the move`, phase] : undefined;
  }

  #divergence(move: number, phase: string, [kind, expected, actual]: Difference): Divergence {
    const { moves } = this.#game;
    const before = this.#before;
    const raw = describe(before, at(moves, Math.min(move, moves.length - 1)));
    return { kind, move, phase, expected, actual, before: stateToJson(before), raw };
  }
}

/** The two readings of one move (games/game/reading.ts). */
const READINGS: Partial<Record<VariantName, string>> = {
  'overlong-line': 'process_line of an overlong line collapses all of it, as in upstream’s readers',
  'idle-process-line': 'process_line of an overlong line does nothing: the stored hashes fit this reading alone',
};

/** The hash of a position as each kind of source computes it; with `over`, as if the game had ended there. */
const HASHES: Readonly<Record<GameClaims['hash'], (s: State, over?: boolean) => string>> = {
  state: fastHash,
  trace: digestState,
};

const words = new Uint32Array(2);

/** The same value as stateHash(), faster; only an ended position asked for as if it had not ended takes the slow way. */
function fastHash(s: State, over?: boolean): string {
  if (over !== undefined && over !== s.isOver) return stateHash(s, over);
  hashPosition(s, words, 0);
  return hashText(words, 0);
}

const phaseOf = (s: State): (typeof PHASES)[number] => at(PHASES, s.phase);

/** The mover and the type of the move suit the position; what is wrong is the move itself. */
function fitsTurn(s: State, move: Game['moves'][number]): boolean {
  const raw = typeof move === 'number' ? { type: at(MOVE_TYPES, kindOf(move)), player: s.player } : move;
  const type = canonicalMoveType(String(raw.type));
  const phase = canonicalPhase(phaseOf(s), 'place_ring');
  return raw.player === s.player && type !== undefined && phase !== undefined && phaseAllows(phase, type);
}

/** The move in full for a fixture; a packed one that is not legal may have no full form. */
function describe(before: State, move: Game['moves'][number]): unknown {
  if (typeof move !== 'number') return move;
  return isLegal(before, move) ? moveToJson(before, move) : { type: at(MOVE_TYPES, kindOf(move)), packed: move };
}

function turnMismatch(s: State, claim: PlyClaim): [string, string] | null {
  const { phase = phaseOf(s), player = s.player } = claim;
  if (phase === phaseOf(s) && player === s.player) return null;
  return [`${phase}, player ${player}`, `${phaseOf(s)}, player ${s.player}`];
}

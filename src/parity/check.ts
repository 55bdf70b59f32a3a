/** Strict replay of one recorded game against the engine: the heart of `rr parity`. */

import { apply, isLegal } from '../engine/apply.ts';
import { RulesError } from '../engine/errors.ts';
import { moveToJson } from '../engine/json/move.ts';
import type { StackOrder } from '../engine/json/stack-order.ts';
import { stateToJson } from '../engine/json/state.ts';
import { kindOf, MOVE_TYPES } from '../engine/moves.ts';
import { OUTCOMES, PHASES } from '../engine/phases.ts';
import type { State } from '../engine/state.ts';
import { interpretMove, type VariantName } from '../games/upstream/interpret.ts';
import { canonicalMoveType, canonicalPhase, phaseAllows } from '../games/upstream/moves.ts';
import { digestLegal } from './digest.ts';
import type { RecordedGame, RecordedMove, RecordedResult } from './source.ts';

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
}

/**
 * Replays the game to its end or its first divergence. Plays on `game.state`.
 * @throws RulesError MOVE_INVALID for a move that is none on this board (an unreadable game, not a divergence).
 */
export function checkGame(game: RecordedGame): GameCheck {
  const s = game.state;
  const variants: Partial<Record<VariantName, number>> = {};
  let hashes = 0;
  const before = s.clone();
  const done = (divergence: Divergence | null, plies: number): GameCheck => ({ plies, hashes, variants, divergence });

  for (const [number, move] of game.moves.entries()) {
    const diverges = (kind: DivergenceKind, expected: string, actual: string): GameCheck =>
      done(
        {
          kind,
          move: number,
          phase: PHASES[before.phase],
          expected,
          actual,
          before: stateToJson(before),
          raw: describe(before, move),
        },
        number,
      );
    before.copyFrom(s);
    if (s.isOver) return diverges('result', 'the game goes on', endText(s));
    const turn = turnMismatch(s, move);
    if (turn) return diverges('state', ...turn);
    if (move.hashBefore !== undefined) {
      hashes++;
      const actual = game.hash(s);
      if (actual !== move.hashBefore) return diverges('state', `${move.hashBefore} before the move`, actual);
    }
    if (move.legalDigest !== undefined) {
      hashes++;
      const actual = digestLegal(s);
      if (actual !== move.legalDigest) return diverges('legality', `legal set ${move.legalDigest}`, actual);
    }
    try {
      const variant = playMove(s, move, game.order);
      if (variant) variants[variant] = (variants[variant] ?? 0) + 1;
    } catch (error) {
      if (!(error instanceof RulesError) || error.code !== 'MOVE_ILLEGAL') throw withMoveNumber(error, number);
      return diverges(fitsTurn(s, move) ? 'legality' : 'phase', 'a legal move', error.message);
    }
    if (move.hashAfter !== undefined) {
      hashes++;
      const actual = game.hash(s);
      if (actual !== move.hashAfter) {
        const last = number === game.moves.length - 1;
        // An ending that only the record, or only the rules, know of is a different result of the same position.
        const endsOnlyHere = s.isOver && !(last && game.result?.finished);
        const endsOnlyThere = last && !s.isOver && game.hash(s, true) === move.hashAfter;
        if (endsOnlyHere) return diverges('result', 'the game goes on', endText(s));
        if (!endsOnlyThere) return diverges('state', move.hashAfter, actual);
      }
    }
    if (
      move.phaseAfter !== undefined &&
      !s.isOver &&
      move.phaseAfter !== PHASES[s.phase] &&
      move.phaseAfter !== 'game_over'
    ) {
      return diverges('state', `${move.phaseAfter} after the move`, PHASES[s.phase]);
    }
  }
  const wrong = game.result ? resultMismatch(s, game.result) : null;
  if (!wrong) return done(null, game.moves.length);
  return done(
    {
      kind: 'result',
      move: game.moves.length,
      phase: PHASES[s.phase],
      expected: wrong[0],
      actual: wrong[1],
      before: stateToJson(before),
      raw: describe(before, game.moves.at(-1) ?? {}),
    },
    game.moves.length,
  );
}

/** Plays one recorded move, strictly; the name of the variant if the legal set does not list it. */
function playMove(s: State, { raw, packed }: RecordedMove, order?: StackOrder): VariantName | null {
  if (packed !== undefined) {
    if (!isLegal(s, packed)) {
      throw new RulesError(
        'MOVE_ILLEGAL',
        `${MOVE_TYPES[kindOf(packed)]} in ${PHASES[s.phase]}: not among the legal moves`,
      );
    }
    apply(s, packed);
    return null;
  }
  const read = interpretMove(s, raw ?? {}, order);
  read.play(s);
  order?.follow(read.move, s);
  return read.variant;
}

/** The mover and the type of the move suit the position; what is wrong is the move itself. */
function fitsTurn(s: State, move: RecordedMove): boolean {
  const raw = move.raw ?? { type: MOVE_TYPES[kindOf(move.packed ?? 0)], player: s.player };
  const type = canonicalMoveType(String(raw.type));
  const phase = canonicalPhase(PHASES[s.phase], 'place_ring');
  return raw.player === s.player && type !== undefined && phase !== undefined && phaseAllows(phase, type);
}

/** The move in full for a fixture; a packed one that is not legal may have no full form. */
function describe(before: State, { raw, packed }: RecordedMove): unknown {
  if (packed === undefined) return raw ?? null;
  return isLegal(before, packed) ? moveToJson(before, packed) : { type: MOVE_TYPES[kindOf(packed)], packed };
}

function turnMismatch(s: State, move: RecordedMove): [string, string] | null {
  const actual = `${PHASES[s.phase]}, player ${s.player}`;
  const phase = move.phase ?? PHASES[s.phase];
  const player = move.player ?? s.player;
  return phase === PHASES[s.phase] && player === s.player ? null : [`${phase}, player ${player}`, actual];
}

function resultMismatch(s: State, result: RecordedResult): [string, string] | null {
  if (!result.finished) return s.isOver ? ['an unfinished game', endText(s)] : null;
  const claim = `player ${result.winner ?? 'none'} wins${result.reason ? ` by ${result.reason}` : ''}`;
  if (!s.isOver) return [claim, 'the game is not over'];
  if (result.winner !== undefined && (result.winner ?? 0) !== s.winner) return [claim, endText(s)];
  if (result.outcomes && !result.outcomes.includes(OUTCOMES[s.outcome])) return [claim, endText(s)];
  for (const seat of result.seats ?? []) {
    const pairs: [string, number | undefined, number][] = [
      ['eliminated rings', seat.eliminated, s.eliminated[seat.player]],
      ['territory', seat.territory, s.territory[seat.player]],
      ['rings in hand', seat.hand, s.hand[seat.player]],
    ];
    for (const [name, expected, actual] of pairs) {
      if (expected !== undefined && expected !== actual)
        return [`player ${seat.player}: ${name} ${expected}`, String(actual)];
    }
  }
  return null;
}

function endText(s: State): string {
  return s.isOver ? `player ${s.winner || 'none'} wins by ${OUTCOMES[s.outcome]}` : 'the game is not over';
}

function withMoveNumber(error: unknown, number: number): unknown {
  return error instanceof RulesError ? new RulesError(error.code, `move ${number}: ${error.message}`) : error;
}

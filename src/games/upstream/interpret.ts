/**
 * From a recorded move to one the engine can play. Strict: the move must be in the legal set, or be one of the forms
 * that upstream's hosts accept although the set does not list them, which are reported as variants.
 */
import { apply } from '../../engine/apply.ts';
import { RulesError } from '../../engine/errors.ts';
import { LEGACY_MOVE_TYPES, type RawMove } from '../../engine/json/move.ts';
import type { StackOrder } from '../../engine/json/stack-order.ts';
import { legalMoves } from '../../engine/legal.ts';
import { Kind, kindOf, MOVE_TYPES, MoveList, type MoveType } from '../../engine/moves.ts';
import { PHASES } from '../../engine/phases.ts';
import type { State } from '../../engine/state.ts';
import { packRaw } from './pack.ts';
import { movesOf, type Reading } from './reading.ts';
import { asVariant, type Dialect, type Variant } from './variants.ts';

/** A move of the legal set, or a variant. */
export interface Interpretation extends Omit<Variant, 'variant'> {
  readonly variant: Variant['variant'] | null;
}

export interface InterpretOptions {
  /** Settles who pays for a recovery that names nobody. */
  readonly order?: StackOrder | undefined;
  /** The legal moves of the position, when the caller has listed them. */
  readonly legal?: MoveList | undefined;
  readonly dialect?: Dialect | undefined;
}

const listed = new MoveList();

/**
 * Interprets `raw` in `s` without changing `s`.
 * Throws RulesError MOVE_INVALID (not a move on this board) or MOVE_ILLEGAL (not allowed here).
 */
export function interpretMove(s: State, raw: RawMove, options: InterpretOptions = {}): Interpretation {
  const { order, legal = listed, dialect = 'rules' } = options;
  const type = typeOf(raw);
  if (s.isOver) throw illegal(s, type, 'the game is over');
  if (raw.player !== s.player)
    throw illegal(s, type, `player ${String(raw.player)} moved, but player ${s.player} is on turn`);
  if (legal === listed) legalMoves(s, legal);
  const reading: Reading = { s, type, raw, legal, order };
  const packed = packRaw(reading);
  if (packed !== null && (legal.includes(packed) || kindOf(packed) === Kind.resign || kindOf(packed) === Kind.timeout))
    return { move: packed, variant: null, play: (state) => apply(state, packed) };
  const variant = asVariant(reading, packed, dialect);
  if (variant) return variant;
  throw illegal(s, type, whyNot(reading));
}

function typeOf(raw: RawMove): MoveType {
  const name = String(raw.type);
  const type = LEGACY_MOVE_TYPES[name] ?? name;
  if (!(MOVE_TYPES as readonly string[]).includes(type))
    throw new RulesError('MOVE_INVALID', `unknown move type '${name}'`);
  return type as MoveType;
}

function illegal(s: State, type: string, why: string): RulesError {
  return new RulesError('MOVE_ILLEGAL', `${type} in ${PHASES[s.phase]}: ${why}`);
}

function whyNot({ s, type, legal }: Reading): string {
  const possible = new Set(Array.from(movesOf(legal), (move) => MOVE_TYPES[kindOf(move)]));
  if (possible.has(type)) return 'not among the legal moves of this type';
  return `only ${[...possible].join(', ')} possible for player ${s.player}`;
}

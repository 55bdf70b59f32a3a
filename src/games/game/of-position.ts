/** A single position in upstream's JSON, as a game without moves. */
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { RulesError } from '../../engine/errors.ts';
import { type RingOrder, readState } from '../../engine/json/state.ts';
import type { State } from '../../engine/state.ts';
import type { Game } from './game.ts';

export const looksLikePosition = (value: object): boolean =>
  'board' in value && 'currentPhase' in value && !('type' in value);

/** @throws RrError RECORD_INVALID */
export function gameOfPosition(value: unknown, where: string): Game {
  try {
    return gameWithoutMoves(readState(value, { rings: ringOrder(value), conserve: false }).state, where);
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    throw new RrError('RECORD_INVALID', { where, detail: `neither games nor a position: ${error.message}` });
  }
}

export const gameWithoutMoves = (initial: State, where: string): Game => ({
  where,
  id: '',
  initial,
  moves: [],
  exceptions: new Set(),
  searches: [],
  seats: [],
  status: 'in_progress',
  winner: 0,
  reason: null,
  source: null,
  engine: null,
  createdAt: null,
  completedAt: null,
  quality: null,
  opponent: null,
  modelElo: null,
});

/** Both JSON forms look alike; in the contract's the top ring, which decides the controller, stands first. */
const stacksSchema = z.looseObject({
  board: z.looseObject({
    stacks: z.record(
      z.string(),
      z.looseObject({ rings: z.array(z.number()), controllingPlayer: z.number(), capHeight: z.number() }),
    ),
  }),
});

function ringOrder(value: unknown): RingOrder {
  const parsed = stacksSchema.safeParse(value);
  if (!parsed.success) return 'top-to-bottom';
  const contract = Object.values(parsed.data.board.stacks).every(({ rings, controllingPlayer, capHeight }) => {
    const other = rings.findIndex((ring) => ring !== controllingPlayer);
    return (other === -1 ? rings.length : other) === capHeight;
  });
  return contract ? 'top-to-bottom' : 'bottom-to-top';
}

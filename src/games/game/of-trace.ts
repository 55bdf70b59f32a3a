/** Reference traces in the golden format (docs/upstream-formats.md §10.1–10.6). */
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { BOARDS } from '../../engine/boards.ts';
import { createRules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { zodDetail } from '../../io/ndjson/kinds.ts';
import type { Game } from './game.ts';

const traceSchema = z.looseObject({
  v: z.literal(1),
  id: z.string(),
  boardType: z.enum(BOARDS),
  numPlayers: z.union([z.literal(2), z.literal(3), z.literal(4)]),
  rulesOptions: z
    .object({
      swapRuleEnabled: z.boolean().optional(),
      ringsPerPlayer: z.int().min(1).max(96).optional(),
      lpsRoundsRequired: z.int().min(0).max(1000).optional(),
    })
    .optional(),
  moves: z.array(z.looseObject({ type: z.string(), player: z.int() })).min(1, 'the game has no moves'),
  plies: z.array(z.looseObject({ ph: z.string(), pl: z.int(), d: z.string().optional(), h: z.string().optional() })),
  final: z.looseObject({
    winner: z.int(),
    detail: z.string(),
    score: z.array(z.looseObject({ player: z.int(), ringsEliminated: z.int(), territorySpaces: z.int() })).optional(),
  }),
});

/** An object that looks like a trace: told apart from records, which have a `type`. */
export const looksLikeTrace = (value: object): boolean => 'plies' in value && 'moves' in value && !('type' in value);

/** The game of a trace; replay() checks it. @throws RrError RECORD_INVALID */
export function gameOfTrace(value: unknown, where: string): Game {
  const parsed = traceSchema.safeParse(value);
  if (!parsed.success) throw new RrError('RECORD_INVALID', { where, detail: zodDetail(parsed.error) });
  const { id, boardType, numPlayers, rulesOptions = {}, moves, plies, final } = parsed.data;
  return {
    where,
    id,
    initial: new State(createRules(boardType, numPlayers, rulesOptions)),
    moves,
    exceptions: 'anywhere',
    searches: [],
    seats: [],
    status: 'completed',
    winner: final.winner,
    reason: final.detail,
    claims: {
      hash: 'trace',
      plies: plies.map(({ ph, pl, d, h }) => ({ phase: ph, player: pl, legalDigest: d, hashAfter: h })),
      outcomes: [final.detail],
      seats: (final.score ?? []).map(({ player, ringsEliminated, territorySpaces }) => ({
        seat: player,
        eliminated: ringsEliminated,
        territory: territorySpaces,
      })),
    },
    source: 'trace',
    engine: null,
    createdAt: null,
    completedAt: null,
    quality: null,
    opponent: null,
    modelElo: null,
  };
}

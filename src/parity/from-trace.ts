/** Reference traces in the golden format (docs/upstream-formats.md §10.1–10.6) as replayable games. */
import * as z from 'zod';
import { BOARDS } from '../engine/boards.ts';
import { createRules } from '../engine/rules.ts';
import { State } from '../engine/state.ts';
import { zodDetail } from '../io/ndjson/kinds.ts';
import { digestState } from './digest.ts';
import type { RecordedGame, UnreadableGame } from './source.ts';

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

export function fromTrace(source: string, value: unknown): RecordedGame | UnreadableGame {
  const parsed = traceSchema.safeParse(value);
  if (!parsed.success) return { source, id: '', config: '', problem: zodDetail(parsed.error) };
  const trace = parsed.data;
  return {
    source,
    id: trace.id,
    config: `${trace.boardType}_${trace.numPlayers}p`,
    state: new State(createRules(trace.boardType, trace.numPlayers, trace.rulesOptions ?? {})),
    moves: trace.moves.map((raw, k) => {
      const ply = trace.plies[k];
      return { raw, phase: ply?.ph, player: ply?.pl, legalDigest: ply?.d, hashAfter: ply?.h };
    }),
    result: {
      finished: true,
      winner: trace.final.winner,
      reason: trace.final.detail,
      outcomes: [trace.final.detail],
      seats: trace.final.score?.map((seat) => ({
        player: seat.player,
        eliminated: seat.ringsEliminated,
        territory: seat.territorySpaces,
      })),
    },
    hash: digestState,
  };
}

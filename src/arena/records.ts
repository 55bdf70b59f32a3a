/** The records of a gauntlet: `match` per game, `look` per block of a sequential test, `verdict` per opponent. */
import * as z from 'zod';
import { recordKind } from '../io/ndjson/kinds.ts';

const seat = z.int().min(1).max(4);
const count = z.int().min(0);
const share = z.number().min(0).max(1);
const counts = z.object({ games: count, wins: count });

export const participantSchema = z.looseObject({
  id: z.string().min(1),
  /** Content hash, for a network. */
  model: z.string().optional(),
  settings: z.record(z.string(), z.unknown()).default({}),
});

export const matchSchema = z.looseObject({
  type: z.literal('match'),
  config: z.string(),
  /** Identity of the match, and the game's number in it. */
  run: z.string(),
  index: count,
  candidate: z.string(),
  opponent: z.string(),
  block: count,
  /** Who started in each seat, seat 1 first. */
  seats: z.array(z.string()).min(2).max(4),
  candidateSeat: seat,
  winner: seat.nullable(),
  points: share,
  ranking: z.array(z.array(seat)),
  reason: z.string(),
  outcome: z.string().optional(),
  plies: count,
  decisions: count,
  forfeit: z.looseObject({ seat, detail: z.string() }).optional(),
  /** Milliseconds since 1970. */
  at: count,
});
export type MatchRecord = z.infer<typeof matchSchema>;
export const matchKind = recordKind('match', matchSchema);

export const verdictSchema = z.looseObject({
  type: z.literal('verdict'),
  config: z.string(),
  run: z.string(),
  seed: z.number(),
  candidate: participantSchema,
  opponent: participantSchema,
  /** All games that were asked for, or that the test needed, have been played. */
  complete: z.boolean(),
  games: count,
  wins: count,
  undecided: count,
  winRate: share,
  wilson: z.looseObject({ low: share, high: share }),
  score: share,
  bySeat: z.array(counts).default([]),
  byEnding: z.record(z.string(), counts).default({}),
  forfeits: z.object({ candidate: count, opponent: count }).optional(),
  test: z
    .looseObject({
      elo0: z.number(),
      elo1: z.number(),
      alpha: z.number(),
      beta: z.number(),
      llr: z.number(),
      result: z.enum(['accept', 'reject', 'continue']),
    })
    .optional(),
});
export type VerdictRecord = z.infer<typeof verdictSchema>;
export const verdictKind = recordKind('verdict', verdictSchema);

/** The `game` record: one complete game, enough to export, store, replay or judge it without anything else. */
import * as z from 'zod';
import { isConfigKey } from '../../engine/config-key.ts';
import { MOVE_TYPES } from '../../engine/moves.ts';
import { DETECTORS, OUTCOMES } from '../../engine/phases.ts';
import { type RecordKind, recordKind } from '../../io/ndjson/kinds.ts';
import { extrasSchema } from '../store/extras.ts';
import { PARITY_STATES } from '../store/types.ts';
import { checksumProblem } from './checksum.ts';

const seat = z.int().min(1).max(4);
const counts = z.array(z.int().min(0));

/** A move as engine/json/move.ts writes it; which fields are there depends on the type, and replay checks them. */
const move = z.looseObject({ type: z.enum(MOVE_TYPES), player: seat });

const seatPlayer = z.looseObject({
  seat,
  /** Name of the player: `random`, `heuristic`, `gumbel` … */
  player: z.string().min(1),
  /** Content hash of its model; null without one. */
  model: z.string().nullable(),
  /** Budget, weights and whatever else made it play as it did. */
  settings: z.record(z.string(), z.unknown()).optional(),
});

export const searchSchema = z.looseObject({
  /** Index of the chosen move in `moves`. */
  ply: z.int().min(0),
  /** Sparse: [position in the list of legal moves, probability in units of 1/65535], ascending positions. */
  policy: z
    .array(z.tuple([z.int().min(0).max(65535), z.int().min(1).max(65535)]))
    .refine(
      (policy): boolean => policy.every(([index], i) => i === 0 || index > (policy[i - 1]?.[0] ?? -1)),
      'positions do not ascend',
    )
    .optional(),
  /** Root value of each seat in units of 1/32767. */
  values: z.array(z.int().min(-32767).max(32767)).optional(),
  /** Simulations spent. */
  budget: z.int().min(0).optional(),
  /** KL(policy ‖ the evaluator's policy) in units of 1/1000 nat: what the search changed. With a policy only. */
  surprise: z.int().min(0).optional(),
  /** How much the decision shall count in training, in units of 1/1000; 1000 when absent. */
  weight: z.int().min(0).optional(),
});

export const gameSchema = z.looseObject({
  type: z.literal('game'),
  /** Derived from run, index and contents: the same game has the same id wherever it is played. */
  id: z.string().min(1),
  config: z.string().refine((key): boolean => isConfigKey(key), 'expected a config such as hex8_2p'),
  /** Version of the rules. */
  rules: z.string(),
  /** Rule options where they are not the standard ones. */
  options: z.looseObject({
    ringsPerPlayer: z.int().min(1).optional(),
    swapRuleEnabled: z.boolean().optional(),
    lpsRoundsRequired: z.int().min(0).optional(),
    /** Thresholds that a game from elsewhere was played to. */
    victoryThreshold: z.int().min(1).optional(),
    territoryMinimum: z.int().min(1).optional(),
  }),
  /** The run that played it, its seed, and the game's index in it. Absent for games from elsewhere. */
  run: z.string().optional(),
  /** An integer; as text when a number cannot hold it. */
  seed: z.union([z.int(), z.string().regex(/^-?\d+$/, 'expected an integer')]).optional(),
  index: z.int().min(0).optional(),
  shard: z.string().optional(),
  /** What the run asked for: a player's name, or `mixed`. */
  engine: z.string().optional(),
  /** Where it comes from, in free words; `selfplay` when absent. */
  source: z.string().nullable().optional(),
  rr: z.string().optional(),
  /** ISO-8601. Absent from self-play streams, whose header has it: a repeated run writes equal records. */
  created: z.string().optional(),
  /** Who started where. */
  seats: z.array(seatPlayer).min(2).max(4),
  /** The pie rule was used: who started in seat 1 ended in seat 2 and the reverse. */
  swapped: z.boolean().optional(),
  /** `abandoned` for a game stopped undecided, at the move limit; `in_progress` only for games from elsewhere. */
  status: z.enum(['completed', 'abandoned', 'in_progress']),
  /** Winning seat; null without one. */
  winner: seat.nullable(),
  /** The original's coarse reason (`ring_elimination`, `territory_control` …), or `move_limit`. */
  reason: z.string().nullable(),
  /** The finer one, and which test noticed the end. */
  outcome: z.enum(OUTCOMES).optional(),
  detector: z.enum(DETECTORS).optional(),
  /** Seats, best first; those that share a rank together. */
  ranking: z.array(z.array(seat)).optional(),
  /** Final rings eliminated and territory, seat 1 first. */
  eliminated: counts.optional(),
  territory: counts.optional(),
  /** Moves, and decisions among them. */
  plies: z.int().min(0),
  decisions: z.int().min(0).nullable(),
  /** Decisions at the start that were drawn at random. */
  opening: z.int().min(0).optional(),
  /** It begins as the game of that index of its run, for so many decisions, and leaves it by a drawn move. */
  fork: z.looseObject({ index: z.int().min(0), decisions: z.int().min(1) }).optional(),
  moves: z.array(move),
  search: z.array(searchSchema).optional(),
  /** The original's hash of the position after each move. */
  hashes: z.array(z.string().regex(/^[0-9a-f]{16}$/)).optional(),
  /** What a database learnt about the game later. */
  quality: z
    .looseObject({
      score: z.number().nullable(),
      category: z.string().nullable(),
      /** Of the formula; absent for a score from elsewhere. */
      version: z.int().optional(),
    })
    .optional(),
  parity: z
    .looseObject({
      status: z.enum(PARITY_STATES),
      checkedAt: z.string().nullable(),
      divergenceMove: z.int().nullable(),
    })
    .optional(),
  encoder: z.string().optional(),
  /** Another start than the standard one, moves outside the legal set, and what a conversion keeps. */
  extras: extrasSchema.optional(),
  /** Over everything else in the record (checksum.ts). Records of older releases have none. */
  checksum: z.string().optional(),
});
export type GameRecord = z.infer<typeof gameSchema>;

const schemaKind = recordKind('game', gameSchema);

/** A record that has a checksum has to match it. */
export const gameKind: RecordKind<GameRecord> = {
  type: 'game',
  check(value) {
    const detail = checksumProblem(value);
    return detail === undefined ? schemaKind.check(value) : { ok: false, detail };
  },
};

/** Reason of a game that was stopped at the move limit. */
export const MOVE_LIMIT = 'move_limit';

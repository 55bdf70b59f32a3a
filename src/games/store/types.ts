/** A game as our replay database holds it. */
import { z } from 'zod';

export const PARITY_STATES = ['pending', 'skipped', 'passed', 'error', 'failed', 'non_canonical_history'] as const;
export type ParityStatus = (typeof PARITY_STATES)[number];

/** Text that holds JSON of a form. A row is refused here, and not where somebody parses it later. */
const jsonOf = (form: z.ZodType, what: string) =>
  z.string().refine((text): boolean => form.safeParse(parsed(text)).success, `expected JSON: ${what}`);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const object = jsonOf(z.record(z.string(), z.unknown()), 'an object');
const seatList = jsonOf(z.array(z.union([z.int(), z.array(z.int())])), 'a list of seats');

/** Columns of `games`, except the generated config and the two blobs. */
export const GameHeaderSchema = z.object({
  /** Derived from run, shard, index and contents, so that a repeat is recognised. */
  game_id: z.string().min(1),
  board: z.enum(['square8', 'square19', 'hex8', 'hexagonal']),
  players: z.number().int().min(2).max(4),
  status: z.enum(['in_progress', 'completed', 'abandoned']),
  /** Seat, 1-based; null for a draw or an open game. */
  winner: z.number().int().nullable(),
  reason: z.string().nullable(),
  /** JSON list of seats, best first; ties are nested lists. */
  ranking: seatList.nullable(),
  /** Moves, bookkeeping included. */
  plies: z.number().int().min(0),
  /** Moves at which there was something to decide. */
  decisions: z.number().int().min(0).nullable(),
  engine: z.string().nullable(),
  source: z.string().nullable(),
  run_id: z.string().nullable(),
  /** Decimal; 64 bits do not fit a number. */
  run_seed: z.string().nullable(),
  /** `i/n` */
  shard: z.string().nullable(),
  game_index: z.number().int().nullable(),
  quality: z.number().nullable(),
  quality_category: z.string().nullable(),
  /** Version of the formula that gave the quality; null for one from elsewhere. */
  quality_version: z.number().int().nullable().default(null),
  parity_status: z.enum(PARITY_STATES),
  parity_checked_at: z.string().nullable(),
  parity_divergence_move: z.number().int().nullable(),
  /** ISO-8601, UTC. */
  created_at: z.string().min(1),
  rr_version: z.string(),
  rules_version: z.string(),
  encoder: z.string().nullable(),
  /** JSON object: rule options and whatever else the record carries. */
  options: object,
});
export type GameHeader = z.infer<typeof GameHeaderSchema>;

export const SeatSchema = z.object({
  seat: z.number().int().min(1).max(4),
  /** `random`, `heuristic`, `gumbel` … */
  player: z.string().min(1),
  model: z.string().nullable(),
  /** JSON object: budget, difficulty, weights. */
  settings: object.nullable(),
});
export type Seat = z.infer<typeof SeatSchema>;

/** What Game does not hold: a row with every column and its blobs as they are, for writing and for merging databases. */
export interface StoredGame extends GameHeader {
  readonly seats: readonly Seat[];
  /** encodeGame() of blob.ts. */
  readonly moves: Uint8Array;
  /** Anything else a conversion has to keep; opaque here. */
  readonly extras: Uint8Array | null;
}

export const OrphanSchema = z.object({
  game_id: z.string(),
  detected_at: z.string(),
  reason: z.string(),
  status: z.string().nullable(),
  board: z.string().nullable(),
  players: z.number().int().nullable(),
});
export type Orphan = z.infer<typeof OrphanSchema>;

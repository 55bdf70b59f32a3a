/**
 * A game of the original's GameReplayDB as a typed value: its rows with their column names, JSON columns parsed.
 * These schemas are the bridge; behind it every column exists, absent ones as null.
 */
import { z } from 'zod';
import type { StoredMoveType, StoredPhase } from './moves.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

const text = z.string().nullable();
const int = z.number().int().nullable();
const real = z.number().nullable();
const blob = z.instanceof(Uint8Array).nullable();

export const GameRowSchema = z.object({
  game_id: z.string().min(1),
  board_type: z.string(),
  num_players: z.number().int().min(2).max(4),
  /** Decimal digits: seeds of 64 bits do not fit a number. */
  rng_seed: text,
  created_at: z.string(),
  completed_at: text,
  game_status: z.string(),
  winner: int,
  termination_reason: text,
  total_moves: z.number().int().min(0),
  total_turns: z.number().int().min(0),
  duration_ms: int,
  source: text,
  schema_version: z.number().int(),
  time_control_type: text,
  initial_time_ms: int,
  time_increment_ms: int,
  metadata_json: text,
  quality_score: real,
  quality_category: text,
  engine_mode: text,
  parity_status: text,
  parity_checked_at: text,
  parity_divergence_move: int,
  opponent_type: text,
  opponent_model_id: text,
  /** Some tools add this column; 1 leaves the game out of training. */
  excluded_from_training: int,
});
export type GameRow = z.infer<typeof GameRowSchema>;

export const PlayerRowSchema = z.object({
  player_number: z.number().int().min(1).max(4),
  player_type: z.string(),
  ai_type: text,
  ai_difficulty: int,
  ai_profile_id: text,
  final_eliminated_rings: int,
  final_territory_spaces: int,
  final_rings_in_hand: int,
});
export type PlayerRow = z.infer<typeof PlayerRowSchema>;

export const MoveRowSchema = z.object({
  move_number: z.number().int().min(0),
  turn_number: z.number().int().min(0),
  player: z.number().int().min(1).max(4),
  timestamp: text,
  think_time_ms: int,
  time_remaining_ms: int,
  engine_eval: real,
  engine_eval_type: text,
  engine_depth: int,
  engine_nodes: int,
  engine_pv: text,
  engine_time_ms: int,
  /** Little-endian float32 vector. */
  heuristic_features: blob,
});
export type MoveRow = z.infer<typeof MoveRowSchema>;

export const PositionSchema = z.looseObject({
  x: z.number().int(),
  y: z.number().int(),
  z: z.number().int().nullish(),
});
const position = PositionSchema.nullish();
/** The parts of a move every reader relies on; all other fields pass through. */
export const MoveJsonSchema = z.looseObject({ from: position, to: position, captureTarget: position });
export const ProbsSchema = z.record(z.string(), z.number());
export const JsonObjectSchema = z.record(z.string(), z.unknown());

/** A move: its row, its canonical type and phase, and the move object with the same names inside. */
export interface RingriftMove extends MoveRow {
  readonly type: StoredMoveType;
  readonly phase: StoredPhase;
  readonly move: JsonObject;
  /** moveKey → probability; null for moves nobody searched for. */
  readonly probs: Readonly<Record<string, number>> | null;
  readonly searchStats: JsonObject | null;
}

export const SnapshotRowSchema = z.object({ move_number: z.number().int(), state_hash: text });
/** State after move `move_number`. */
export interface RingriftSnapshot extends z.infer<typeof SnapshotRowSchema> {
  /** Only when read with `states`. */
  readonly state: JsonObject | null;
}

export const HistoryRowSchema = z.object({
  move_number: z.number().int(),
  player: z.number().int(),
  phase_before: z.string(),
  phase_after: z.string(),
  status_before: z.string(),
  status_after: z.string(),
  progress_before_json: z.string(),
  progress_after_json: z.string(),
  state_hash_before: text,
  state_hash_after: text,
  board_summary_before_json: text,
  board_summary_after_json: text,
  available_moves_json: text,
  available_moves_count: int,
  engine_eval: real,
  engine_depth: int,
  fsm_valid: int,
  fsm_error_code: text,
});
export interface RingriftHistoryEntry extends z.infer<typeof HistoryRowSchema> {
  /** Only when read with `states`. */
  readonly stateBefore: JsonObject | null;
  readonly stateAfter: JsonObject | null;
}

export const ChoiceRowSchema = z.object({
  move_number: z.number().int(),
  choice_type: z.string(),
  player: z.number().int(),
  options_json: z.string(),
  selected_option_json: z.string(),
  ai_reasoning: text,
});
export type RingriftChoice = z.infer<typeof ChoiceRowSchema>;

export const NnueRowSchema = z.object({
  move_number: z.number().int(),
  player_perspective: z.number().int(),
  /** gzip of float32 bytes. */
  features: z.instanceof(Uint8Array),
  value: z.number(),
  board_type: z.string(),
  feature_dim: z.number().int(),
});
export type RingriftNnueRow = z.infer<typeof NnueRowSchema>;

export const OrphanRowSchema = z.object({
  game_id: z.string(),
  detected_at: z.string(),
  reason: text,
  original_status: text,
  board_type: text,
  num_players: int,
});
export type RingriftOrphan = z.infer<typeof OrphanRowSchema>;

/** What Game does not hold: all rows of a game as the file has them, for copying it whole. */
export interface RingriftGame {
  readonly game: GameRow;
  readonly players: readonly PlayerRow[];
  /** Null when the file has none: the default starting position is meant. */
  readonly initialState: JsonObject | null;
  readonly moves: readonly RingriftMove[];
  readonly snapshots: readonly RingriftSnapshot[];
  readonly history: readonly RingriftHistoryEntry[];
  readonly choices: readonly RingriftChoice[];
  readonly nnue: readonly RingriftNnueRow[];
}

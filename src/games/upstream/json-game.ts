/**
 * Games that upstream writes as JSON outside of databases (docs/upstream-formats.md §2): game records, one to a file or to a
 * line, and lines of self-play logs. Each becomes the rows that a database would have for it.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { zodDetail } from '../../io/ndjson/kinds.ts';
import { GameProblem, movesOfList } from './rows.ts';
import type { GameRow, JsonObject, PlayerRow, RingriftGame } from './types.ts';

const moves = z.array(z.looseObject({ type: z.string(), player: z.int() })).min(1, 'the game has no moves');
const perSeat = z.record(z.string(), z.number()).optional();

const recordSchema = z.looseObject({
  id: z.string().min(1),
  boardType: z.string(),
  numPlayers: z.int(),
  rngSeed: z.union([z.number(), z.string()]).nullish(),
  players: z
    .array(
      z.looseObject({
        playerNumber: z.int(),
        playerType: z.string().nullish(),
        aiType: z.string().nullish(),
        aiDifficulty: z.int().nullish(),
      }),
    )
    .optional(),
  winner: z.int().nullish(),
  outcome: z.string().nullish(),
  finalScore: z.looseObject({ ringsEliminated: perSeat, territorySpaces: perSeat }).nullish(),
  startedAt: z.string().nullish(),
  endedAt: z.string().nullish(),
  totalDurationMs: z.number().nullish(),
  moves,
  metadata: z.looseObject({ source: z.string().nullish() }).nullish(),
  finalStateHash: z.string().nullish(),
});

const logSchema = z.looseObject({
  board_type: z.string(),
  num_players: z.int(),
  engine_mode: z.string().nullish(),
  seed: z.number().nullish(),
  status: z.string().nullish(),
  winner: z.int().nullish(),
  termination_reason: z.string().nullish(),
  source: z.string().nullish(),
  moves,
  initial_state: z.record(z.string(), z.unknown()).nullish(),
  db_game_id: z.string().nullish(),
});

/** Told apart from traces, which have `plies`, and from records of ours, which have a `type`. */
export const looksLikeJsonGame = (value: object): boolean =>
  !('type' in value) && (isRecord(value) ? !('plies' in value) : 'board_type' in value && 'num_players' in value);

const isRecord = (value: object): boolean => 'boardType' in value && 'numPlayers' in value;

/** The rows of the game. `created`: when it was played, unless it says so itself. @throws RrError RECORD_INVALID */
export function jsonGame(value: object, where: string, created: string): RingriftGame {
  try {
    return isRecord(value) ? ofRecord(parse(recordSchema, value), created) : ofLogLine(value, created);
  } catch (error) {
    if (error instanceof GameProblem) throw new RrError('RECORD_INVALID', { where, detail: error.message });
    throw error;
  }
}

function parse<T>(schema: z.ZodType<T>, value: object): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new GameProblem(zodDetail(parsed.error));
}

function ofRecord(record: z.infer<typeof recordSchema>, created: string): RingriftGame {
  const { moves: list, players = [], outcome = null, finalScore, finalStateHash, ...rest } = record;
  const { metadata, startedAt, endedAt = null, totalDurationMs } = rest;
  const completed = outcome !== null && outcome !== 'abandonment';
  const game = gameRow({
    game_id: record.id,
    board_type: record.boardType,
    num_players: record.numPlayers,
    rng_seed: record.rngSeed == null ? null : String(record.rngSeed),
    created_at: startedAt ?? created,
    completed_at: endedAt,
    game_status: completed ? 'completed' : outcome === 'abandonment' ? 'abandoned' : 'in_progress',
    winner: record.winner ?? null,
    termination_reason: outcome,
    duration_ms: totalDurationMs == null ? null : Math.round(totalDurationMs),
    source: metadata?.source ?? null,
    metadata_json: JSON.stringify({ ...rest, finalScore }),
  });
  const seats = players.map(
    (player): PlayerRow => ({
      player_number: player.playerNumber,
      player_type: player.playerType ?? 'ai',
      ai_type: player.aiType ?? null,
      ai_difficulty: player.aiDifficulty ?? null,
      ai_profile_id: null,
      final_eliminated_rings: finalScore?.ringsEliminated?.[player.playerNumber] ?? null,
      final_territory_spaces: finalScore?.territorySpaces?.[player.playerNumber] ?? null,
      final_rings_in_hand: null,
    }),
  );
  return withMoves({ game, players: seats, initialState: null }, list.map(plainMove), finalStateHash ?? null);
}

/** The names of database moves; labels and policies by an index of a layout that is not named are left out. */
function plainMove({ rrn: _, mctsPolicy: __, thinkTimeMs, ...move }: JsonObject): JsonObject {
  return thinkTimeMs === undefined ? move : { ...move, thinkTime: thinkTimeMs };
}

function ofLogLine(value: object, created: string): RingriftGame {
  if (!('moves' in value) || value.moves === null)
    throw new GameProblem('a line of a self-play log without moves; take the database of the same games');
  const { moves: list, initial_state: initialState = null, ...rest } = parse(logSchema, value);
  const game = gameRow({
    game_id: rest.db_game_id ?? createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32),
    board_type: rest.board_type,
    num_players: rest.num_players,
    created_at: typeof initialState?.createdAt === 'string' ? initialState.createdAt : created,
    game_status: rest.status ?? 'completed',
    winner: rest.winner ?? null,
    termination_reason: rest.termination_reason ?? null,
    source: rest.source ?? null,
    engine_mode: rest.engine_mode ?? null,
    metadata_json: JSON.stringify(rest),
  });
  return withMoves({ game, players: [], initialState }, list, null);
}

type Wanted = Pick<GameRow, 'game_id' | 'board_type' | 'num_players' | 'created_at' | 'game_status'>;

function gameRow(known: Wanted & Partial<GameRow>): GameRow {
  return { ...EMPTY_ROW, ...known };
}

const EMPTY_ROW: Omit<GameRow, keyof Wanted> = {
  rng_seed: null,
  completed_at: null,
  winner: null,
  termination_reason: null,
  total_moves: 0,
  total_turns: 0,
  duration_ms: null,
  source: null,
  schema_version: 18,
  time_control_type: 'none',
  initial_time_ms: null,
  time_increment_ms: null,
  metadata_json: null,
  quality_score: null,
  quality_category: null,
  engine_mode: null,
  parity_status: 'pending',
  parity_checked_at: null,
  parity_divergence_move: null,
  opponent_type: null,
  opponent_model_id: null,
  excluded_from_training: null,
};

function withMoves(
  about: Pick<RingriftGame, 'game' | 'players' | 'initialState'>,
  list: readonly JsonObject[],
  finalHash: string | null,
): RingriftGame {
  const rows = movesOfList(list);
  const hashed = finalHash !== null && STATE_HASH.test(finalHash);
  const { game } = about;
  return {
    ...about,
    game: { ...game, total_moves: rows.length, total_turns: (rows.at(-1)?.turn_number ?? -1) + 1 },
    moves: rows,
    snapshots: hashed ? [{ move_number: rows.length - 1, state_hash: finalHash, state: null }] : [],
    history: [],
    choices: [],
    nnue: [],
  };
}

/** docs/rules.md §11. */
const STATE_HASH = /^[0-9a-f]{16}$/;

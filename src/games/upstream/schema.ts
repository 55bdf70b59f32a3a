/**
 * Schema 18 of the original's GameReplayDB (docs/upstream-formats.md §1.1): names, types and order of columns, indexes
 * and the two triggers are what its readers and migrations expect.
 */
import { RINGRIFT_SCHEMA } from './reader.ts';

/** A completed game has at least this many moves; enforced by the triggers and by the writer. */
export const MIN_MOVES = 5;

/** Column name → declaration, in order. */
type Columns = Readonly<Record<string, string>>;

const ID = 'TEXT NOT NULL';
const TEXT = 'TEXT';
const INT = 'INTEGER';
const NEED_TEXT = 'TEXT NOT NULL';
const NEED_INT = 'INTEGER NOT NULL';

export const TABLES = {
  games: {
    game_id: 'TEXT PRIMARY KEY',
    board_type: NEED_TEXT,
    num_players: NEED_INT,
    rng_seed: INT,
    created_at: NEED_TEXT,
    completed_at: TEXT,
    game_status: NEED_TEXT,
    winner: INT,
    termination_reason: TEXT,
    total_moves: NEED_INT,
    total_turns: NEED_INT,
    duration_ms: INT,
    source: TEXT,
    schema_version: NEED_INT,
    time_control_type: "TEXT DEFAULT 'none'",
    initial_time_ms: INT,
    time_increment_ms: INT,
    metadata_json: TEXT,
    quality_score: 'REAL',
    quality_category: TEXT,
    engine_mode: TEXT,
    parity_status: "TEXT DEFAULT 'pending'",
    parity_checked_at: TEXT,
    parity_divergence_move: INT,
    opponent_type: TEXT,
    opponent_model_id: TEXT,
  },
  game_players: {
    game_id: ID,
    player_number: NEED_INT,
    player_type: NEED_TEXT,
    ai_type: TEXT,
    ai_difficulty: INT,
    ai_profile_id: TEXT,
    final_eliminated_rings: INT,
    final_territory_spaces: INT,
    final_rings_in_hand: INT,
  },
  game_initial_state: { game_id: 'TEXT PRIMARY KEY', initial_state_json: NEED_TEXT, compressed: 'INTEGER DEFAULT 0' },
  game_moves: {
    game_id: ID,
    move_number: NEED_INT,
    turn_number: NEED_INT,
    player: NEED_INT,
    phase: NEED_TEXT,
    move_type: NEED_TEXT,
    move_json: NEED_TEXT,
    timestamp: TEXT,
    think_time_ms: INT,
    time_remaining_ms: INT,
    engine_eval: 'REAL',
    engine_eval_type: TEXT,
    engine_depth: INT,
    engine_nodes: INT,
    engine_pv: TEXT,
    engine_time_ms: INT,
    move_probs: TEXT,
    search_stats_json: TEXT,
    heuristic_features: 'BLOB',
  },
  game_state_snapshots: {
    game_id: ID,
    move_number: NEED_INT,
    state_json: NEED_TEXT,
    compressed: 'INTEGER DEFAULT 0',
    state_hash: TEXT,
  },
  game_choices: {
    game_id: ID,
    move_number: NEED_INT,
    choice_type: NEED_TEXT,
    player: NEED_INT,
    options_json: NEED_TEXT,
    selected_option_json: NEED_TEXT,
    ai_reasoning: TEXT,
  },
  game_history_entries: {
    game_id: ID,
    move_number: NEED_INT,
    player: NEED_INT,
    phase_before: NEED_TEXT,
    phase_after: NEED_TEXT,
    status_before: NEED_TEXT,
    status_after: NEED_TEXT,
    progress_before_json: NEED_TEXT,
    progress_after_json: NEED_TEXT,
    state_hash_before: TEXT,
    state_hash_after: TEXT,
    board_summary_before_json: TEXT,
    board_summary_after_json: TEXT,
    state_before_json: TEXT,
    state_after_json: TEXT,
    compressed_states: 'INTEGER DEFAULT 0',
    available_moves_json: TEXT,
    available_moves_count: INT,
    engine_eval: 'REAL',
    engine_depth: INT,
    fsm_valid: INT,
    fsm_error_code: TEXT,
  },
  game_nnue_features: {
    game_id: ID,
    move_number: NEED_INT,
    player_perspective: NEED_INT,
    features: 'BLOB NOT NULL',
    value: 'REAL NOT NULL',
    board_type: NEED_TEXT,
    feature_dim: NEED_INT,
  },
  orphaned_games: {
    game_id: 'TEXT PRIMARY KEY',
    detected_at: NEED_TEXT,
    reason: TEXT,
    original_status: TEXT,
    board_type: TEXT,
    num_players: INT,
  },
} as const satisfies Record<string, Columns>;
export type RingriftTable = keyof typeof TABLES;

/** Primary keys of the tables whose key has several columns. */
const KEYS: Partial<Record<RingriftTable, string>> = {
  game_players: 'game_id, player_number',
  game_moves: 'game_id, move_number',
  game_state_snapshots: 'game_id, move_number',
  game_choices: 'game_id, move_number, choice_type',
  game_history_entries: 'game_id, move_number',
  game_nnue_features: 'game_id, move_number, player_perspective',
};

const INDEXES: Readonly<Record<string, string>> = {
  idx_games_board_type: 'games(board_type)',
  idx_games_winner: 'games(winner)',
  idx_games_termination: 'games(termination_reason)',
  idx_games_created: 'games(created_at)',
  idx_games_source: 'games(source)',
  idx_games_board_players: 'games(board_type, num_players)',
  idx_games_created_board: 'games(created_at, board_type)',
  idx_games_board_created: 'games(board_type, created_at)',
  idx_games_quality: 'games(quality_score DESC)',
  idx_games_quality_board: 'games(board_type, quality_score DESC)',
  idx_games_engine_mode: 'games(engine_mode)',
  idx_games_board_engine: 'games(board_type, engine_mode)',
  idx_games_parity_status: 'games(parity_status)',
  idx_games_board_parity: 'games(board_type, parity_status)',
  idx_games_parity_created: 'games(parity_status, created_at)',
  idx_games_config: 'games(board_type, num_players, game_status)',
  idx_games_opponent_type: 'games(opponent_type)',
  idx_games_board_opponent: 'games(board_type, opponent_type)',
  idx_moves_game_turn: 'game_moves(game_id, turn_number)',
  idx_moves_lookup: 'game_moves(game_id, move_number)',
  idx_moves_player: 'game_moves(game_id, player)',
  idx_history_game: 'game_history_entries(game_id)',
  idx_history_game_phase: 'game_history_entries(game_id, phase_before)',
  idx_history_game_player: 'game_history_entries(game_id, player)',
  idx_nnue_game: 'game_nnue_features(game_id)',
  idx_nnue_board_type: 'game_nnue_features(board_type)',
  idx_orphaned_detected: 'orphaned_games(detected_at)',
};

const TRIGGERS = [
  `CREATE TRIGGER enforce_moves_on_complete BEFORE UPDATE ON games
   WHEN NEW.game_status IN ('completed', 'finished') AND NEW.total_moves < ${MIN_MOVES}
   BEGIN SELECT RAISE(ABORT, 'a completed game needs at least ${MIN_MOVES} moves (MIN_MOVES_REQUIRED)'); END`,
  `CREATE TRIGGER enforce_moves_on_insert AFTER INSERT ON games
   WHEN NEW.game_status IN ('completed', 'finished')
   BEGIN SELECT CASE WHEN (SELECT COUNT(*) FROM game_moves WHERE game_id = NEW.game_id) < ${MIN_MOVES}
   THEN RAISE(ABORT, 'a completed game needs at least ${MIN_MOVES} stored moves: insert them first') END; END`,
];

/** All statements that make an empty database. */
export function ringriftSchemaSql(): string[] {
  const tables = Object.entries(TABLES).map(([table, columns]) => {
    const parts = Object.entries(columns).map(([name, declaration]) => `${name} ${declaration}`);
    const key = KEYS[table as RingriftTable];
    if (key !== undefined) parts.push(`PRIMARY KEY (${key})`);
    if (table !== 'games' && table !== 'orphaned_games') {
      parts.push('FOREIGN KEY (game_id) REFERENCES games(game_id) ON DELETE CASCADE');
    }
    return `CREATE TABLE ${table} (${parts.join(', ')})`;
  });
  const indexes = Object.entries(INDEXES).map(([name, on]) => `CREATE INDEX ${name} ON ${on}`);
  return [
    'CREATE TABLE schema_metadata (key TEXT PRIMARY KEY, value TEXT NOT NULL)',
    `INSERT INTO schema_metadata VALUES ('schema_version', '${RINGRIFT_SCHEMA}')`,
    ...tables,
    ...indexes,
    ...TRIGGERS,
  ];
}

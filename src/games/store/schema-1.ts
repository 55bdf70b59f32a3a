/** The first schema of a replay database. Released, so never edited: schema-2.ts changes it. */

/** Of a game and of a seat, beside what says whose they are; the second schema has the same, and the same triggers. */
export const GAME_COLUMNS = `  config TEXT NOT NULL AS (board || '_' || players || 'p') STORED,
  board TEXT NOT NULL CHECK (board IN ('square8', 'square19', 'hex8', 'hexagonal')),
  players INTEGER NOT NULL CHECK (players BETWEEN 2 AND 4),
  status TEXT NOT NULL CHECK (status IN ('in_progress', 'completed', 'abandoned')),
  winner INTEGER CHECK (winner BETWEEN 1 AND players),
  reason TEXT,
  ranking TEXT CHECK (json_valid(ranking)),
  plies INTEGER NOT NULL CHECK (plies >= 0),
  decisions INTEGER CHECK (decisions BETWEEN 0 AND plies),
  engine TEXT,
  source TEXT,
  run_id TEXT,
  run_seed TEXT,
  shard TEXT,
  game_index INTEGER,
  quality REAL,
  quality_category TEXT,
  parity_status TEXT NOT NULL DEFAULT 'pending'
    CHECK (parity_status IN ('pending', 'passed', 'failed', 'error', 'skipped', 'non_canonical_history')),
  parity_checked_at TEXT,
  parity_divergence_move INTEGER,
  created_at TEXT NOT NULL,
  rr_version TEXT NOT NULL,
  rules_version TEXT NOT NULL,
  encoder TEXT,
  options TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(options)),`;
export const SEAT_COLUMNS = `  seat INTEGER NOT NULL CHECK (seat BETWEEN 1 AND 4),
  player TEXT NOT NULL,
  model TEXT,
  settings TEXT CHECK (json_valid(settings)),`;

export const TRIGGERS = `CREATE TRIGGER completed_games_have_moves_on_insert BEFORE INSERT ON games
WHEN NEW.status = 'completed' AND (NEW.plies = 0 OR length(NEW.moves) = 0)
BEGIN SELECT RAISE(ABORT, 'a completed game without moves'); END;

CREATE TRIGGER completed_games_have_moves_on_update BEFORE UPDATE ON games
WHEN NEW.status = 'completed' AND (NEW.plies = 0 OR length(NEW.moves) = 0)
BEGIN SELECT RAISE(ABORT, 'a completed game without moves'); END;`;

export const SCHEMA_1 = `
CREATE TABLE games (
  game_id TEXT NOT NULL PRIMARY KEY CHECK (game_id <> ''),
${GAME_COLUMNS}
  checksum BLOB NOT NULL CHECK (length(checksum) = 32),
  moves BLOB NOT NULL,
  extras BLOB,
  CONSTRAINT completed_has_moves CHECK (status <> 'completed' OR (plies > 0 AND length(moves) > 0))
) STRICT;

CREATE TABLE game_seats (
  game_id TEXT NOT NULL REFERENCES games(game_id) ON DELETE CASCADE,
${SEAT_COLUMNS}
  PRIMARY KEY (game_id, seat)
) STRICT, WITHOUT ROWID;

CREATE TABLE orphaned_games (
  game_id TEXT NOT NULL PRIMARY KEY,
  detected_at TEXT NOT NULL,
  reason TEXT NOT NULL,
  status TEXT,
  board TEXT,
  players INTEGER
) STRICT;

CREATE INDEX games_by_config ON games(config, created_at);
CREATE INDEX games_by_created ON games(created_at);
CREATE INDEX games_by_engine ON games(engine);
CREATE INDEX games_by_run ON games(run_id, game_index);
CREATE INDEX games_by_parity ON games(parity_status);
CREATE INDEX games_by_quality ON games(quality);
CREATE INDEX seats_by_player ON game_seats(player, model);

${TRIGGERS}
`;

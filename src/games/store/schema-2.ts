/**
 * The second schema: a game has a number in the order of arrival, which is never used again, and a seal over everything it
 * means; the table adds up to its totals; bad games are put aside with all their bytes; a score knows its formula; readers have
 * cursors. Not released yet; once it is, it is never edited.
 */
import type Database from 'better-sqlite3';
import { RrError } from '../../core/errors.ts';
import { Statements } from '../../io/sqlite/statements.ts';
import { moveAside } from './aside.ts';
import { checksumOf } from './checksum.ts';
import { HEADER_2, KEPT_2 } from './columns.ts';
import { GameRows } from './rows.ts';
import { GAME_COLUMNS, SEAT_COLUMNS, TRIGGERS } from './schema-1.ts';
import { sealOf } from './seal.ts';
import { Totals } from './totals.ts';
import type { StoredGame } from './types.ts';

const TABLES = `
CREATE TABLE games_2 (
  arrival INTEGER PRIMARY KEY AUTOINCREMENT,
  game_id TEXT NOT NULL UNIQUE CHECK (game_id <> ''),
${GAME_COLUMNS}
  quality_version INTEGER,
  checksum BLOB NOT NULL CHECK (length(checksum) = 32),
  seal BLOB NOT NULL CHECK (length(seal) = 32),
  moves BLOB NOT NULL,
  extras BLOB,
  CONSTRAINT completed_has_moves CHECK (status <> 'completed' OR (plies > 0 AND length(moves) > 0))
) STRICT;

CREATE TABLE seats_2 (
  game_id TEXT NOT NULL REFERENCES games_2(game_id) ON DELETE CASCADE,
${SEAT_COLUMNS}
  PRIMARY KEY (game_id, seat)
) STRICT, WITHOUT ROWID;

CREATE TABLE store_totals (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  games INTEGER NOT NULL CHECK (games >= 0),
  seals BLOB NOT NULL CHECK (length(seals) = 8)
) STRICT;

-- arrival numbers mean something in this file only: its name, made once
CREATE TABLE store_identity (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  store TEXT NOT NULL CHECK (length(store) = 32)
) STRICT;
INSERT INTO store_identity VALUES (1, lower(hex(randomblob(16))));

-- how far somebody with a name has read the games of a config ('': of all)
CREATE TABLE cursors (
  name TEXT NOT NULL CHECK (name <> ''),
  config TEXT NOT NULL,
  arrival INTEGER NOT NULL CHECK (arrival >= 0),
  moved_at TEXT NOT NULL,
  seal BLOB NOT NULL CHECK (length(seal) = 32),
  PRIMARY KEY (name, config)
) STRICT, WITHOUT ROWID;

-- columns without types keep whatever was found, byte by byte
CREATE TABLE aside_games (id INTEGER PRIMARY KEY, put_aside TEXT, problem TEXT, ${KEPT_2.join(', ')});
CREATE TABLE aside_seats (aside INTEGER, game_id, seat, player, model, settings);
CREATE INDEX seats_aside ON aside_seats(aside);
`;

const NAMES = `
DROP TABLE game_seats;
DROP TABLE games;
ALTER TABLE games_2 RENAME TO games;
ALTER TABLE seats_2 RENAME TO game_seats;

-- those of the first schema that a query uses: each costs every game that is stored
CREATE INDEX games_by_created ON games(created_at);
CREATE INDEX games_by_run ON games(run_id, game_index);

${TRIGGERS}
`;

const COLUMNS = ['arrival', ...HEADER_2, 'checksum', 'seal', 'moves', 'extras'];

/** Every game is verified on the way; a bad one is put aside. */
export function toSchema2(db: Database.Database, path: string): void {
  db.exec(TABLES);
  const statements = new Statements(db);
  const totals = new Totals();
  const now = new Date().toISOString();
  for (const row of new GameRows({ path, db, statements, schema: 1 }).games()) {
    if (!('problem' in row.game)) totals.add(row.arrival, insert(statements, row.arrival, row.game));
    else if (row.arrival > 0) moveAside(statements, { arrival: row.arrival, reason: row.game.problem, now }, 1);
    else throw new RrError('FILE_CORRUPT', { path, detail: row.game.problem });
  }
  totals.write(statements);
  db.exec(NAMES);
}

function insert(statements: Statements, arrival: number, game: StoredGame): Buffer {
  const { seats, ...row } = game;
  const checksum = checksumOf(game.moves, game.extras);
  const seal = sealOf(game, seats, checksum, HEADER_2);
  statements
    .prepare(`INSERT INTO games_2 (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map((name) => `@${name}`).join(', ')})`)
    .run({ ...row, arrival, checksum, seal });
  const seat = statements.prepare(
    'INSERT INTO seats_2 (game_id, seat, player, model, settings) VALUES (?, ?, ?, ?, ?)',
  );
  for (const { seat: number, player, model, settings } of seats)
    seat.run(game.game_id, number, player, model, settings);
  return seal;
}

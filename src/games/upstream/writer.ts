/**
 * Writes a GameReplayDB of schema 18 that the original's tools read: a placeholder row first, then the initial
 * state, moves, history and snapshots, and only then the final status, each game in one transaction. The file is
 * made under a temporary name and appears complete, or not at all.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { RrError } from '../../core/errors.ts';
import { makeFolder } from '../../io/folder.ts';
import {
  assertSqliteVersion,
  columnsOf,
  databaseTarget,
  guarded,
  openFile,
  refuseLeftovers,
  sqliteFailure,
} from '../../io/sqlite/sqlite.ts';
import { temporaryPath } from '../../io/temporary.ts';
import { missingPosition, phaseAllows } from './moves.ts';
import { RINGRIFT_SCHEMA } from './reader.ts';
import { MIN_MOVES, type RingriftTable, ringriftSchemaSql, TABLES } from './schema.ts';
import type { JsonObject, RingriftGame, RingriftMove, RingriftOrphan } from './types.ts';

type Value = string | number | bigint | Uint8Array | null | undefined;
type Statements = Record<RingriftTable, Database.Statement<[Record<string, Value>]>>;

export class RingriftWriter {
  readonly path: string;
  /** Where it appears: `path` with links followed. */
  readonly #target: string;
  readonly #temporary: string;
  readonly #db: Database.Database;
  readonly #insert: Statements;
  readonly #finalise: Database.Statement;
  /** Games written so far. */
  games = 0;

  /** Start a new file; an existing one is replaced when finish() is called. @throws RrError DB_READ_ONLY, DISK_FULL, IS_FOLDER, DB_LEFTOVER */
  constructor(path: string) {
    assertSqliteVersion();
    this.path = path;
    makeFolder(dirname(path) || '.');
    this.#target = databaseTarget(path);
    this.#temporary = temporaryPath(this.#target);
    this.#db = guarded(path, () => openFile(this.#temporary));
    // nobody sees the file before it is complete: no journal is needed, one fsync at the end makes it durable
    this.#db.pragma('journal_mode = OFF');
    this.#db.pragma('synchronous = OFF');
    this.#db.pragma('foreign_keys = ON');
    for (const sql of ringriftSchemaSql()) this.#db.exec(sql);
    this.#insert = Object.fromEntries(
      Object.entries(TABLES).map(([table, columns]) => {
        const names = Object.keys(columns);
        const marks = names.map((name) => `@${name}`);
        return [table, this.#db.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${marks.join(', ')})`)];
      }),
    ) as Statements;
    this.#finalise = this.#db.prepare(
      'UPDATE games SET game_status = ?, winner = ?, termination_reason = ?, completed_at = ?, duration_ms = ?, total_moves = ?, total_turns = ? WHERE game_id = ?',
    );
    this.#db.exec('BEGIN');
  }

  /**
   * Write one game. A completed one needs MIN_MOVES moves, and every move has to fit its phase.
   * @throws RrError DB_GAME_REFUSED; nothing of that game is written then.
   */
  add(game: RingriftGame): void {
    const refuse = (detail: string): never => {
      throw new RrError('DB_GAME_REFUSED', { path: this.path, game: game.game.game_id, detail });
    };
    const { moves } = game;
    if (game.game.game_status === 'completed' && moves.length < MIN_MOVES) {
      refuse(`is complete with ${moves.length} moves, fewer than ${MIN_MOVES}`);
    }
    moves.forEach((move, index) => {
      if (move.move_number !== index) refuse(`move ${index} is missing`);
      if (!phaseAllows(move.phase, move.type)) refuse(`move ${index}: ${move.type} does not belong to ${move.phase}`);
      const missing = missingPosition(move.type, move.move);
      if (missing !== undefined) refuse(`move ${index}: ${move.type} has no '${missing}'`);
    });
    const taken = guarded(this.path, () =>
      this.#db.prepare('SELECT 1 FROM games WHERE game_id = ?').get(game.game.game_id),
    );
    if (taken !== undefined) refuse('is there already');
    guarded(this.path, () => this.#write(game));
    this.games++;
  }

  #write({ game, players, initialState, moves, snapshots, history, choices, nnue }: RingriftGame): void {
    const id = { game_id: game.game_id };
    const put = (table: RingriftTable, row: Record<string, Value>) => {
      const full: Record<string, Value> = {};
      for (const column of Object.keys(TABLES[table])) full[column] = row[column] ?? null;
      this.#insert[table].run({ ...full, ...id });
    };
    put('games', {
      ...game,
      rng_seed: game.rng_seed === null ? null : BigInt(game.rng_seed),
      game_status: 'in_progress',
      total_moves: 0,
      total_turns: 0,
      schema_version: RINGRIFT_SCHEMA,
    });
    for (const player of players) put('game_players', player);
    if (initialState !== null) put('game_initial_state', { initial_state_json: compact(initialState), compressed: 0 });
    for (const move of moves) put('game_moves', moveRow(move));
    for (const { stateBefore, stateAfter, ...entry } of history) {
      const states = { state_before_json: compactOrNull(stateBefore), state_after_json: compactOrNull(stateAfter) };
      put('game_history_entries', { ...entry, ...states, compressed_states: 0 });
    }
    for (const { state, ...snapshot } of snapshots) {
      // the column may not be empty; a snapshot read without its state keeps its hash only
      put('game_state_snapshots', { ...snapshot, state_json: compact(state ?? {}), compressed: 0 });
    }
    for (const choice of choices) put('game_choices', choice);
    for (const features of nnue) put('game_nnue_features', features);
    const { game_status, winner, termination_reason, completed_at, duration_ms, total_turns } = game;
    if (game.excluded_from_training === 1) this.#exclude(game.game_id);
    this.#finalise.run(
      game_status,
      winner,
      termination_reason,
      completed_at,
      duration_ms,
      moves.length,
      total_turns,
      game.game_id,
    );
  }

  /** The column is not part of the schema: the tools that use it add it. */
  #exclude(gameId: string): void {
    const column = 'excluded_from_training';
    if (!columnsOf(this.#db, 'games').includes(column)) {
      this.#db.exec(`ALTER TABLE games ADD COLUMN ${column} INTEGER DEFAULT 0`);
    }
    this.#db.prepare(`UPDATE games SET ${column} = 1 WHERE game_id = ?`).run(gameId);
  }

  /** Add to the quarantine list. */
  addOrphan(orphan: RingriftOrphan): void {
    guarded(this.path, () => this.#insert.orphaned_games.run({ ...orphan }));
  }

  /** Make the file durable under its name. */
  finish(): void {
    try {
      guarded(this.path, () => this.#db.exec('COMMIT'));
      this.#db.close();
      syncPath(this.#temporary, 'r+');
      refuseLeftovers(this.#target);
      renameSync(this.#temporary, this.#target);
      syncPath(dirname(this.#target) || '.', 'r');
    } catch (cause) {
      this.abort();
      throw sqliteFailure(this.path, cause);
    }
  }

  /** Give up; no file is made. */
  abort(): void {
    if (this.#db.open) this.#db.close();
    rmSync(this.#temporary, { force: true });
  }
}

function syncPath(path: string, flags: string): void {
  const fd = openSync(path, flags);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

const compact = (value: unknown): string => JSON.stringify(value);
const compactOrNull = (value: JsonObject | null): string | null => (value === null ? null : compact(value));

function moveRow({ type, phase, move, probs, searchStats, ...row }: RingriftMove): Record<string, Value> {
  return {
    ...row,
    phase,
    move_type: type,
    move_json: compact(move),
    move_probs: probs === null ? null : compact(probs),
    search_stats_json: compactOrNull(searchStats),
  };
}

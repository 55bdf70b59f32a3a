/**
 * Reads the original's GameReplayDB, schema versions 1 to 18, one game at a time. Missing tables and columns read
 * as empty, older move names and layouts as today's; a game that still cannot be understood is reported with its
 * reason and does not stop the others.
 */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { RrError } from '../../core/errors.ts';
import { zodDetail } from '../../io/ndjson/kinds.ts';
import { columnsOf, openReadOnly, type ReadOnlyDatabase, sqliteFailure } from '../../io/sqlite/sqlite.ts';
import { type BadGame, problemOf } from '../bad-game.ts';
import {
  fill,
  GameProblem,
  type Row,
  readHistory,
  readInitialState,
  readMoveRow,
  readMovesColumn,
  readSnapshot,
} from './rows.ts';
import {
  ChoiceRowSchema,
  GameRowSchema,
  NnueRowSchema,
  OrphanRowSchema,
  PlayerRowSchema,
  type RingriftChoice,
  type RingriftGame,
  type RingriftMove,
  type RingriftNnueRow,
  type RingriftOrphan,
} from './types.ts';

/** The newest schema this reader knows, and the one the writer makes. */
export const RINGRIFT_SCHEMA = 18;

export interface GameFilter {
  /** Only `completed` games (`finished` in old files). */
  readonly completed?: boolean;
  readonly board?: string;
  readonly players?: number;
  /** ISO-8601; games created at or after it. */
  readonly since?: string;
  /** Also games marked `non_canonical_history` or excluded from training, which the original's own queries leave out. */
  readonly includeExcluded?: boolean;
  /** By created_at descending, as the original exports; default is the order in which they were written. */
  readonly newestFirst?: boolean;
  readonly limit?: number;
}

export interface ReadOptions {
  /**
   * Also full states of snapshots and history (megabytes a game), choices, NNUE features, and what was noted beside a move
   * (times, evaluations, features). Default false.
   */
  readonly everything?: boolean;
}

interface RowOptions {
  /** A column to read as decimal text. */
  readonly asText?: string;
  readonly order?: string;
  /** Default true. */
  readonly everything?: boolean;
}

/** Columns that only those need who copy a game whole: most bytes of a file. */
const UNREAD: Readonly<Record<string, ReadonlySet<string>>> = {
  game_state_snapshots: new Set(['game_id', 'state_json', 'compressed']),
  game_history_entries: new Set(['state_before_json', 'state_after_json', 'compressed_states', 'available_moves_json']),
  game_moves: new Set([
    'game_id',
    ...['timestamp', 'think_time_ms', 'time_remaining_ms', 'engine_eval', 'engine_eval_type', 'engine_depth'],
    ...['engine_nodes', 'engine_pv', 'engine_time_ms', 'heuristic_features'],
  ]),
};

/** Open for reading. @throws RrError FILE_NOT_FOUND, FILE_CORRUPT (not a GameReplayDB), DB_NEWER, DB_LOCKED. */
export async function openRingriftDb(path: string): Promise<RingriftReader> {
  const source = await openReadOnly(path);
  try {
    return new RingriftReader(path, source);
  } catch (cause) {
    source.close();
    throw sqliteFailure(path, cause);
  }
}

export class RingriftReader {
  readonly path: string;
  readonly schemaVersion: number;
  readonly #source: ReadOnlyDatabase;
  readonly #gameColumns: ReadonlySet<string>;
  readonly #statements = new Map<string, Database.Statement | undefined>();

  constructor(path: string, source: ReadOnlyDatabase) {
    this.path = path;
    this.#source = source;
    this.#gameColumns = new Set(columnsOf(source.db, 'games'));
    if (!this.#gameColumns.has('game_id')) {
      throw new RrError('FILE_CORRUPT', { path, detail: 'is not a GameReplayDB (it has no games table)' });
    }
    this.schemaVersion = this.#readVersion();
    if (this.schemaVersion > RINGRIFT_SCHEMA) {
      const params = { path, kind: 'GameReplayDB', found: this.schemaVersion, known: RINGRIFT_SCHEMA };
      throw new RrError('DB_NEWER', params);
    }
  }

  #readVersion(): number {
    const { db } = this.#source;
    // files without the table are of the first version
    if (columnsOf(db, 'schema_metadata').length === 0) return 1;
    const value = db.prepare("SELECT value FROM schema_metadata WHERE key = 'schema_version'").pluck().get();
    if (value === undefined) return 1;
    const version = Number(value);
    if (Number.isInteger(version) && version > 0) return version;
    throw new RrError('FILE_CORRUPT', { path: this.path, detail: `its schema version is '${String(value)}'` });
  }

  close(): void {
    this.#source.close();
  }

  #where(filter: GameFilter): { sql: string; values: (string | number)[] } {
    const has = (column: string) => this.#gameColumns.has(column);
    const terms: string[] = ['1'];
    const values: (string | number)[] = [];
    const add = (term: string, value: string | number) => {
      terms.push(term);
      values.push(value);
    };
    if (filter.completed) terms.push("game_status IN ('completed', 'finished')");
    if (filter.board !== undefined) add('board_type = ?', filter.board);
    if (filter.players !== undefined) add('num_players = ?', filter.players);
    if (filter.since !== undefined) add('julianday(created_at) >= julianday(?)', filter.since);
    if (!filter.includeExcluded) {
      if (has('parity_status')) terms.push("coalesce(parity_status, '') <> 'non_canonical_history'");
      if (has('excluded_from_training')) terms.push('coalesce(excluded_from_training, 0) <> 1');
    }
    const order = filter.newestFirst ? 'ORDER BY created_at DESC, rowid DESC' : 'ORDER BY rowid';
    const limit = filter.limit === undefined ? '' : `LIMIT ${Math.max(0, Math.trunc(filter.limit))}`;
    return { sql: `FROM games NOT INDEXED WHERE ${terms.join(' AND ')} ${order} ${limit}`, values };
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw sqliteFailure(this.path, cause);
    }
  }

  /** Number of games that games() would yield. */
  count(filter: GameFilter = {}): number {
    const { sql, values } = this.#where(filter);
    return this.#guard(() =>
      Number(
        this.#source.db
          .prepare(`SELECT count(*) FROM (SELECT 1 ${sql})`)
          .pluck()
          .get(...values),
      ),
    );
  }

  /** Ids in the order games() yields them. */
  gameIds(filter: GameFilter = {}): string[] {
    const { sql, values } = this.#where(filter);
    return this.#guard(() =>
      this.#source.db
        .prepare(`SELECT game_id ${sql}`)
        .pluck()
        .all(...values)
        .map(String),
    );
  }

  /** One game at a time; unusable ones as bad games. Memory: one game and a number per game. */
  *games(filter: GameFilter = {}, options: ReadOptions = {}): Generator<RingriftGame | BadGame> {
    const { sql, values } = this.#where(filter);
    const rowids = this.#guard(() =>
      this.#source.db
        .prepare(`SELECT rowid ${sql}`)
        .pluck()
        .all(...values),
    );
    for (const rowid of rowids) yield this.#read('rowid = ?', rowid, options);
  }

  /** One game by id, or undefined. */
  game(gameId: string, options: ReadOptions = {}): RingriftGame | BadGame | undefined {
    const known = this.#guard(() => this.#source.db.prepare('SELECT 1 FROM games WHERE game_id = ?').get(gameId));
    return known === undefined ? undefined : this.#read('game_id = ?', gameId, options);
  }

  /** Quarantine list; empty before schema 14. */
  orphans(): RingriftOrphan[] {
    return this.#guard(() => this.#rows('orphaned_games', '1', []).map((row) => fill(OrphanRowSchema, row)));
  }

  #read(condition: string, key: unknown, options: ReadOptions): RingriftGame | BadGame {
    return this.#guard(() => {
      let gameId = '';
      try {
        const [row] = this.#rows('games', condition, [key], { asText: 'rng_seed' });
        gameId = String(row?.game_id ?? '');
        return this.#assemble(gameId, row ?? {}, options);
      } catch (cause) {
        if (cause instanceof GameProblem) return { id: gameId, where: this.path, problem: cause.message };
        if (cause instanceof z.ZodError) return { id: gameId, where: this.path, problem: zodDetail(cause) };
        const failure = sqliteFailure(this.path, cause);
        return { id: gameId, where: this.path, problem: problemOf(failure) };
      }
    });
  }

  #assemble(gameId: string, row: Row, options: ReadOptions): RingriftGame {
    const game = fill(GameRowSchema, row);
    const everything = options.everything ?? false;
    const of = (table: string, order: string) => this.#rows(table, 'game_id = ?', [gameId], { order, everything });
    const skip: Row[] = [];
    return {
      game: game.game_status === 'finished' ? { ...game, game_status: 'completed' } : game,
      players: of('game_players', 'player_number').map((player) => fill(PlayerRowSchema, player)),
      initialState: readInitialState(of('game_initial_state', 'game_id')[0]),
      moves: this.#moves(gameId, row, everything),
      snapshots: of('game_state_snapshots', 'move_number').map((snapshot) => readSnapshot(snapshot, everything)),
      history: of('game_history_entries', 'move_number').map((entry) => readHistory(entry, everything)),
      choices: (everything ? of('game_choices', 'move_number, choice_type') : skip).map(
        (choice): RingriftChoice => fill(ChoiceRowSchema, choice),
      ),
      nnue: (everything ? of('game_nnue_features', 'move_number, player_perspective') : skip).map(
        (features): RingriftNnueRow => fill(NnueRowSchema, features),
      ),
    };
  }

  #moves(gameId: string, row: Row, everything: boolean): RingriftMove[] {
    const rows = this.#rows('game_moves', 'game_id = ?', [gameId], { order: 'move_number', everything });
    const moves = rows.length > 0 ? rows.map(readMoveRow) : readMovesColumn(row.moves);
    moves.forEach((move, index) => {
      if (move.move_number !== index) throw new GameProblem(`move ${index} is missing`);
    });
    return moves;
  }

  /** Rows of a table that may lack columns, or a file may lack the table. */
  #rows(table: string, condition: string, values: readonly unknown[], options: RowOptions = {}): Row[] {
    const { asText, order = 'rowid', everything = true } = options;
    const key = `${table} ${condition} ${asText} ${order} ${everything}`;
    if (!this.#statements.has(key)) {
      const unread = everything ? undefined : UNREAD[table];
      const columns = columnsOf(this.#source.db, table).filter((name) => !unread?.has(name));
      const list = columns.map((name) => (name === asText ? `CAST("${name}" AS TEXT) AS "${name}"` : `"${name}"`));
      const sql = `SELECT ${list.join(', ')} FROM ${table} WHERE ${condition} ORDER BY ${order}`;
      this.#statements.set(key, columns.length === 0 ? undefined : this.#source.db.prepare(sql));
    }
    return (this.#statements.get(key)?.all(...values) ?? []) as Row[];
  }
}

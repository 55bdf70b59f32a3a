/**
 * Reads the original's GameReplayDB, schema versions 1 to 18, one game at a time. Missing tables and columns read
 * as empty, older move names and layouts as today's; a game that still cannot be understood is reported with its
 * reason and does not stop the others.
 */
import { gunzipSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { RrError } from '../../../errors.ts';
import { parseExact } from '../convert/exact-json.ts';
import { columnsOf, openReadOnly, type ReadOnlyDatabase, sqliteFailure } from '../sqlite.ts';
import { canonicalMoveType, canonicalPhase, missingPosition } from './moves.ts';
import {
  ChoiceRowSchema,
  GameRowSchema,
  HistoryRowSchema,
  type JsonObject,
  JsonObjectSchema,
  MoveJsonSchema,
  MoveRowSchema,
  NnueRowSchema,
  OrphanRowSchema,
  PlayerRowSchema,
  ProbsSchema,
  type RingriftChoice,
  type RingriftGame,
  type RingriftHistoryEntry,
  type RingriftMove,
  type RingriftNnueRow,
  type RingriftOrphan,
  type RingriftSnapshot,
  SnapshotRowSchema,
  type UnusableGame,
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
  /** Also full states of snapshots and history (megabytes a game), choices and NNUE features. Default false. */
  readonly everything?: boolean;
}

type Row = Record<string, unknown>;

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
    return { sql: `FROM games WHERE ${terms.join(' AND ')} ${order} ${limit}`, values };
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

  /** One game at a time; unusable ones as `{gameId, problem}`. Memory: one game and a number per game. */
  *games(filter: GameFilter = {}, options: ReadOptions = {}): Generator<RingriftGame | UnusableGame> {
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
  game(gameId: string, options: ReadOptions = {}): RingriftGame | UnusableGame | undefined {
    const known = this.#guard(() => this.#source.db.prepare('SELECT 1 FROM games WHERE game_id = ?').get(gameId));
    return known === undefined ? undefined : this.#read('game_id = ?', gameId, options);
  }

  /** Quarantine list; empty before schema 14. */
  orphans(): RingriftOrphan[] {
    return this.#guard(() => this.#rows('orphaned_games', '1', []).map((row) => fill(OrphanRowSchema, row)));
  }

  #read(condition: string, key: unknown, options: ReadOptions): RingriftGame | UnusableGame {
    return this.#guard(() => {
      const [row] = this.#rows('games', condition, [key], 'rng_seed');
      const gameId = String(row?.game_id);
      try {
        return this.#assemble(gameId, row ?? {}, options);
      } catch (cause) {
        if (cause instanceof GameProblem) return { gameId, problem: cause.message };
        if (cause instanceof z.ZodError) return { gameId, problem: describeIssue(cause) };
        throw cause;
      }
    });
  }

  #assemble(gameId: string, row: Row, options: ReadOptions): RingriftGame {
    const game = fill(GameRowSchema, row);
    const everything = options.everything ?? false;
    const of = (table: string, order: string) => this.#rows(table, 'game_id = ?', [gameId], undefined, order);
    const skip: Row[] = [];
    return {
      game: game.game_status === 'finished' ? { ...game, game_status: 'completed' } : game,
      players: of('game_players', 'player_number').map((player) => fill(PlayerRowSchema, player)),
      initialState: readInitialState(of('game_initial_state', 'game_id')[0]),
      moves: this.#moves(gameId, row),
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

  #moves(gameId: string, row: Row): RingriftMove[] {
    const rows = this.#rows('game_moves', 'game_id = ?', [gameId], undefined, 'move_number');
    const moves = rows.length > 0 ? rows.map(readMoveRow) : readMovesColumn(row.moves);
    moves.forEach((move, index) => {
      if (move.move_number !== index) throw new GameProblem(`move ${index} is missing`);
    });
    return moves;
  }

  /** Rows of a table that may lack, or a file may lack the table. `asText` names a column to read as decimal text. */
  #rows(table: string, condition: string, values: readonly unknown[], asText?: string, order = 'rowid'): Row[] {
    const key = `${table} ${condition} ${asText} ${order}`;
    if (!this.#statements.has(key)) {
      const columns = columnsOf(this.#source.db, table);
      const list = columns.map((name) => (name === asText ? `CAST("${name}" AS TEXT) AS "${name}"` : `"${name}"`));
      const sql = `SELECT ${list.join(', ')} FROM ${table} WHERE ${condition} ORDER BY ${order}`;
      this.#statements.set(key, columns.length === 0 ? undefined : this.#source.db.prepare(sql));
    }
    return (this.#statements.get(key)?.all(...values) ?? []) as Row[];
  }
}

/** Why one game cannot be used. */
class GameProblem extends Error {}

/** Parse a row; columns the file does not have count as null. */
function fill<T extends z.ZodObject>(schema: T, row: Row): z.infer<T> {
  const full: Row = {};
  for (const column of Object.keys(schema.shape)) full[column] = row[column] ?? null;
  return schema.parse(full);
}

function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? 'is malformed' : `${issue.path.join('.')}: ${issue.message}`;
}

function parseJson<T>(schema: z.ZodType<T>, text: string, what: string): T {
  let value: unknown;
  try {
    value = parseExact(text);
  } catch {
    throw new GameProblem(`${what} is not JSON`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new GameProblem(`${what}: ${describeIssue(parsed.error)}`);
  return parsed.data;
}

const optionalJson = <T>(schema: z.ZodType<T>, value: unknown, what: string): T | null =>
  value === null || value === undefined || value === '' ? null : parseJson(schema, String(value), what);

/** States of tens of megabytes would be forged: the largest real ones are below one. */
const MAX_STATE_BYTES = 1 << 26;

/** A state column: JSON text, or gzip bytes, the latter as a blob or in base64. */
function readState(value: unknown, compressed: unknown, what: string): JsonObject | null {
  if (value === null || value === undefined) return null;
  let text: string;
  if (compressed === 1) {
    const bytes = value instanceof Uint8Array ? value : Buffer.from(String(value), 'base64');
    try {
      text = gunzipSync(bytes, { maxOutputLength: MAX_STATE_BYTES }).toString('utf8');
    } catch {
      throw new GameProblem(`${what} is not gzip as it says`);
    }
  } else text = value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);
  return parseJson(JsonObjectSchema, text, what);
}

/** Old files give the radius plus one as the size of hexagonal boards. */
const LEGACY_SIZES: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  hexagonal: { 13: 25 },
  hex8: { 5: 9 },
};

/**
 * The initial state with two flaws of stored files mended: the size of old hexagonal boards, and the actor mask,
 * which later copies of the state leaked into (data-formats.md §1.3, §9.14).
 */
function readInitialState(row: Row | undefined): JsonObject | null {
  const state = readState(row?.initial_state_json, row?.compressed, 'the initial state');
  if (state === null) return null;
  const fixed: Record<string, unknown> = { ...state };
  if ('lpsCurrentRoundActorMask' in fixed) fixed.lpsCurrentRoundActorMask = {};
  const board = JsonObjectSchema.safeParse(state.board);
  if (board.success) {
    const size = LEGACY_SIZES[String(state.boardType)]?.[Number(board.data.size)];
    if (size !== undefined) fixed.board = { ...board.data, size };
  }
  return fixed;
}

function readSnapshot(row: Row, states: boolean): RingriftSnapshot {
  const what = `the snapshot of move ${String(row.move_number)}`;
  const state = states ? readState(row.state_json, row.compressed, what) : null;
  return { ...fill(SnapshotRowSchema, row), state };
}

function readHistory(row: Row, states: boolean): RingriftHistoryEntry {
  const state = (column: string) =>
    states ? readState(row[column], row.compressed_states, `${column} of move ${String(row.move_number)}`) : null;
  return {
    ...fill(HistoryRowSchema, row),
    stateBefore: state('state_before_json'),
    stateAfter: state('state_after_json'),
  };
}

function readMoveRow(row: Row): RingriftMove {
  const number = Number(row.move_number);
  const what = `move ${number}`;
  const move =
    typeof row.move_json === 'string' ? parseJson(MoveJsonSchema, row.move_json, what) : movePositionLayout(row, what);
  return {
    ...fill(MoveRowSchema, row),
    ...canonical(move, String(row.move_type ?? move.type ?? ''), textOrNull(row.phase ?? move.phase), what),
    probs: optionalJson(ProbsSchema, row.move_probs, `${what}: move_probs`),
    searchStats: optionalJson(JsonObjectSchema, row.search_stats_json, `${what}: search_stats_json`),
  };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function canonical(move: JsonObject, storedType: string, storedPhase: string | null, what: string) {
  const type = canonicalMoveType(storedType);
  if (type === undefined) throw new GameProblem(`${what}: move type '${storedType}' is unknown`);
  const phase = canonicalPhase(storedPhase, type);
  if (phase === undefined) throw new GameProblem(`${what}: its phase '${storedPhase ?? ''}' is unknown`);
  const missing = missingPosition(type, move);
  if (missing !== undefined && missing !== 'captureTarget')
    throw new GameProblem(`${what}: ${type} has no '${missing}'`);
  return { type, phase, move: { ...move, type, phase } };
}

/** The layout before move_json: only the target, in axial coordinates. */
function movePositionLayout(row: Row, what: string): JsonObject {
  const { position_q: q, position_r: r } = row;
  if (typeof q !== 'number' || typeof r !== 'number') throw new GameProblem(`${what} has no target`);
  return { type: row.move_type, player: row.player, from: null, to: { x: q, y: r, z: -(q + r) } };
}

/** Some consolidated files keep all moves as one JSON array in the games table. */
function readMovesColumn(column: unknown): RingriftMove[] {
  if (typeof column !== 'string' || column === '') return [];
  const list = parseJson(z.array(MoveJsonSchema), column, 'the moves column');
  let turn = 0;
  return list.map((move, index) => {
    const what = `move ${index}`;
    if (index > 0 && move.player !== list[index - 1]?.player) turn++;
    const row = {
      move_number: index,
      turn_number: turn,
      player: move.player,
      timestamp: textOrNull(move.timestamp),
      think_time_ms: typeof move.thinkTime === 'number' ? move.thinkTime : null,
    };
    return {
      ...fill(MoveRowSchema, row),
      ...canonical(move, String(move.type ?? ''), textOrNull(move.phase), what),
      probs: null,
      searchStats: null,
    };
  });
}

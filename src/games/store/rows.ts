/**
 * Rows of the games table as values. The table is walked along its rowid, never along an index, each row is held against its
 * seal and the whole table against its totals: a damaged index hides nothing, and what is missing is noticed. Where pages are
 * damaged, the walk goes on row by row.
 */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { RrError } from '../../core/errors.ts';
import { zodDetail } from '../../io/ndjson/kinds.ts';
import { guarded, isDamage } from '../../io/sqlite/sqlite.ts';
import type { Statements } from '../../io/sqlite/statements.ts';
import { type BadGame, problemOf } from '../bad-game.ts';
import { checksumOf } from './checksum.ts';
import { HEADER_COLUMNS, selected } from './columns.ts';
import { type GameQuery, matches } from './query.ts';
import { sealOf } from './seal.ts';
import { Totals } from './totals.ts';
import { type GameHeader, GameHeaderSchema, type Seat, SeatSchema, type StoredGame } from './types.ts';

/** Games read per query while iterating: bounds memory and the time a read transaction is open. */
const PAGE = 200;

const BlobsSchema = z.object({
  moves: z.instanceof(Uint8Array),
  extras: z.instanceof(Uint8Array).nullable(),
});
const sealsSchema = z.object({ checksum: z.instanceof(Uint8Array), seal: z.instanceof(Uint8Array).nullable() });

/** A row and where it lies: its number in the order of arrival, 0 for what is about the whole table. */
export interface Row<T> {
  readonly arrival: number;
  readonly game: T | BadGame;
}

/** What a row says besides its blobs. */
interface Head {
  readonly header: GameHeader;
  readonly seats: readonly Seat[];
  readonly checksum: Uint8Array;
}

interface RawRow {
  readonly at: number;
  readonly game_id: unknown;
  readonly seal: unknown;
}

/**
 * In which order games are handed out: as they arrived, by id, which does not depend on who was first among workers, shards
 * and merges, or by creation, newest first, as upstream's exporter takes them.
 */
export type RowOrder = 'arrival' | 'game_id' | 'newest';

export interface RowsOptions {
  readonly path: string;
  readonly db: Database.Database;
  readonly statements: Statements;
  /** Of the first schema rows have no seals and the table no totals. */
  readonly schema: number;
}

export class GameRows {
  readonly #path: string;
  readonly #db: Database.Database;
  readonly #statements: Statements;
  readonly #schema: number;
  readonly #select: string;

  constructor({ path, db, statements, schema }: RowsOptions) {
    this.#path = path;
    this.#db = db;
    this.#statements = statements;
    this.#schema = schema;
    const columns = selected([...HEADER_COLUMNS, 'checksum', 'seal'], schema);
    this.#select = `SELECT rowid AS at, ${columns.join(', ')} FROM games`;
  }

  /**
   * Games, each with its blobs. A row that breaks the schema, does not match its seal or has more or fewer seats than players
   * is one bad item, whatever was asked for, as nobody can tell what it was; a row of a tool that names no seats is not.
   * Memory: one page as they arrived, in other orders all ids.
   */
  *games(query: GameQuery = {}, order: RowOrder = 'arrival'): Generator<Row<StoredGame>> {
    if (order === 'arrival') {
      for (const { arrival, game } of this.#heads(query)) yield { arrival, game: this.#withBlobs(arrival, game) };
      return;
    }
    const found: Place[] = [];
    for (const { arrival, game } of this.#heads(query)) {
      if ('problem' in game) yield { arrival, game };
      else found.push({ arrival, id: game.header.game_id, created: game.header.created_at });
    }
    for (const { arrival } of found.sort(order === 'newest' ? byAge : byId)) {
      const game = this.at(arrival);
      if (game) yield { arrival, game };
    }
  }

  /** games() without blobs and seats: for listings and statistics. */
  *headers(query: GameQuery = {}): Generator<Row<GameHeader>> {
    for (const { arrival, game } of this.#heads(query)) {
      yield { arrival, game: 'problem' in game ? game : game.header };
    }
  }

  /** The game of an id, found by index. */
  ofId(gameId: string): StoredGame | BadGame | undefined {
    return this.#one(`${this.#select} WHERE game_id = ?`, gameId);
  }

  /** The game of an arrival number. */
  at(arrival: number): StoredGame | BadGame | undefined {
    return this.#one(`${this.#select} WHERE rowid = ?`, arrival);
  }

  #one(sql: string, key: string | number): StoredGame | BadGame | undefined {
    const row = this.#all(sql, key)[0];
    return row && this.#withBlobs(row.at, this.#head(row));
  }

  *#heads(query: GameQuery): Generator<Row<Head>> {
    const seen = new Totals();
    for (const row of this.#walk(query)) {
      if ('problem' in row) {
        yield { arrival: 0, game: row };
        continue;
      }
      if (row.seal instanceof Uint8Array && row.seal.length === 32) seen.add(row.at, row.seal);
      const game = this.#head(row);
      if ('problem' in game || matches(game.header, query)) yield { arrival: row.at, game };
    }
    const comparable = query.runId === undefined && this.#schema >= 2;
    const missing = comparable ? this.#missing(seen) : undefined;
    if (missing !== undefined) yield { arrival: 0, game: { id: '', where: this.#path, problem: missing } };
  }

  /** Every row of the table or of a range of arrivals, or of a run, found by index then: a resumed run does not read the games of all others. */
  *#walk({ runId, after = 0, until }: GameQuery): Generator<RawRow | BadGame> {
    const ofRun = runId === undefined ? 'NOT INDEXED WHERE' : 'WHERE run_id = ? AND';
    const values = runId === undefined ? [] : [runId];
    const sql = `${this.#select} ${ofRun} rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ${PAGE}`;
    let last = after;
    for (;;) {
      const rows = this.#page(sql, ...values, last, until ?? Number.MAX_SAFE_INTEGER);
      if (rows === undefined) {
        const end = Math.min(this.lastArrival(), until ?? Number.POSITIVE_INFINITY);
        if (last >= end) return;
        const next = Math.min(last + PAGE, end);
        yield* this.#oneByOne(last + 1, next);
        last = next;
        continue;
      }
      yield* rows;
      const end = rows.at(-1);
      if (end === undefined) return;
      last = end.at;
    }
  }

  /** undefined where a page is damaged, or its rows are out of order. */
  #page(sql: string, ...values: (string | number)[]): readonly RawRow[] | undefined {
    try {
      const rows = this.#all(sql, ...values);
      const ordered = rows.every(({ at }, i) => at > (rows[i - 1]?.at ?? 0));
      return ordered ? rows : undefined;
    } catch (error) {
      if (isDamage(error)) return undefined;
      throw error;
    }
  }

  *#oneByOne(first: number, last: number): Generator<RawRow | BadGame> {
    let damaged: { from: number; to: number } | undefined;
    for (let at = first; at <= last; at++) {
      try {
        yield* this.#all(`${this.#select} WHERE rowid = ?`, at);
      } catch (error) {
        if (!isDamage(error)) throw error;
        damaged = { from: damaged?.from ?? at, to: at };
      }
    }
    if (damaged === undefined) return;
    const { from, to } = damaged;
    const problem = `games ${from} to ${to} lie on a damaged page`;
    yield { id: '', where: this.#path, onDamagedPage: true, problem };
  }

  /** No row has a higher number. */
  lastArrival(): number {
    return guarded(this.#path, () => lastArrival(this.#db, this.#schema));
  }

  #all(sql: string, ...values: (string | number)[]): RawRow[] {
    return guarded(this.#path, () => this.#statements.prepare(sql).all(...values)) as RawRow[];
  }

  /** What is wrong with the whole, after `seen` was read of it. Games that came meanwhile, or were not asked for, are no fault. */
  #missing(seen: Totals): string | undefined {
    try {
      if (seen.equals(Totals.read(this.#statements))) return undefined;
      return guarded(this.#path, () =>
        this.#db.transaction(() => Totals.count(this.#statements).differenceTo(Totals.read(this.#statements)))(),
      );
    } catch (error) {
      if (!isDamage(error) && !(error instanceof z.ZodError)) throw error;
      return `its totals cannot be read (${error instanceof z.ZodError ? zodDetail(error) : String(error.params.detail)})`;
    }
  }

  #head(row: RawRow): Head | BadGame {
    return this.#checked(row, () => {
      const header = GameHeaderSchema.parse(row);
      const { checksum, seal } = sealsSchema.parse(row);
      const seats = this.#statements
        .prepare('SELECT seat, player, model, settings FROM game_seats WHERE game_id = ? ORDER BY seat')
        .all(header.game_id)
        .map((seat): Seat => SeatSchema.parse(seat));
      const { players } = header;
      if (seats.length !== 0 && seats.length !== players)
        throw this.#corrupt(`${players} players, but ${seats.length} seats`);
      if (seal !== null && !sealOf(header, seats, checksum).equals(seal)) {
        throw this.#corrupt('its columns or seats do not match their checksum');
      }
      return { header, seats, checksum };
    });
  }

  #withBlobs(arrival: number, head: Head | BadGame): StoredGame | BadGame {
    if ('problem' in head) return head;
    const { header, seats, checksum } = head;
    return this.#checked({ at: arrival, game_id: header.game_id }, () => {
      const { moves, extras } = BlobsSchema.parse(
        this.#statements.prepare('SELECT moves, extras FROM games WHERE rowid = ?').get(arrival),
      );
      if (!checksumOf(moves, extras).equals(checksum)) throw this.#corrupt('its moves do not match their checksum');
      return { ...header, seats, moves, extras };
    });
  }

  /** What `read` gives, or what is wrong with the row. */
  #checked<T>({ at, game_id }: Pick<RawRow, 'at' | 'game_id'>, read: () => T): T | BadGame {
    try {
      return guarded(this.#path, read);
    } catch (error) {
      const problem = error instanceof z.ZodError ? zodDetail(error) : problemOf(error);
      return { id: String(game_id), where: this.#path, problem, arrival: at };
    }
  }

  #corrupt(detail: string): RrError {
    return new RrError('FILE_CORRUPT', { path: this.#path, detail });
  }
}

/** The highest number that a game ever had, also one that is gone. */
export function lastArrival(db: Database.Database, schema: number): number {
  const sql =
    schema < 2
      ? 'SELECT coalesce(max(rowid), 0) FROM games'
      : "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'games'";
  return Number(db.prepare(sql).pluck().get());
}

interface Place {
  readonly arrival: number;
  readonly id: string;
  readonly created: string;
}

const byId = (a: Place, b: Place): number => (a.id < b.id ? -1 : 1);
const byAge = (a: Place, b: Place): number =>
  a.created === b.created ? b.arrival - a.arrival : a.created > b.created ? -1 : 1;

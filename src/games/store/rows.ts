/** Rows of the games table as values, a page at a time. */
import { z } from 'zod';
import { RrError } from '../../core/errors.ts';
import { zodDetail } from '../../io/ndjson/kinds.ts';
import { guarded } from '../../io/sqlite/sqlite.ts';
import type { Statements } from '../../io/sqlite/statements.ts';
import { type BadGame, problemOf } from '../bad-game.ts';
import { checksumOf } from './checksum.ts';
import { conditions, type GameQuery } from './query.ts';
import { type GameHeader, GameHeaderSchema, type Seat, SeatSchema, type StoredGame } from './types.ts';

/** Games read per query while iterating: bounds memory and the time a read transaction is open. */
const PAGE = 200;

export const HEADER_COLUMNS = Object.keys(GameHeaderSchema.shape);

const BlobsSchema = z.object({
  checksum: z.instanceof(Uint8Array),
  moves: z.instanceof(Uint8Array),
  extras: z.instanceof(Uint8Array).nullable(),
});

const idSchema = z.looseObject({ game_id: z.unknown() });

interface HeaderRow {
  readonly at: number;
  readonly game_id: unknown;
  readonly seats: number;
}

export class GameRows {
  readonly #path: string;
  readonly #statements: Statements;

  constructor(path: string, statements: Statements) {
    this.#path = path;
    this.#statements = statements;
  }

  /**
   * Games in the order of the key. A row that breaks the schema, does not match its checksum or has more or fewer seats than
   * players is one bad item; a row of a tool that names no seats is not. By `game_id` the order does not depend on who was
   * first among workers, shards and merges. @throws RrError FILE_CORRUPT for a damaged page
   */
  *games(query: GameQuery = {}, key: 'rowid' | 'game_id' = 'rowid'): Generator<StoredGame | BadGame> {
    const { where, values } = conditions(query, { inKeyOrder: true });
    const sql = `SELECT ${key} AS at, * FROM games ${where} AND ${key} > ? ORDER BY ${key} LIMIT ${PAGE}`;
    let last: string | number = key === 'rowid' ? 0 : '';
    for (;;) {
      const rows = guarded(this.#path, () => this.#statements.prepare(sql).all(...values, last)) as {
        at: string | number;
        game_id: unknown;
      }[];
      for (const row of rows) yield guarded(this.#path, () => this.one(row));
      const end = rows.at(-1);
      if (end === undefined) return;
      last = end.at;
    }
  }

  /** games() without blobs and seats: for listings and statistics. */
  *headers(query: GameQuery = {}): Generator<GameHeader | BadGame> {
    const { where, values } = conditions(query, { inKeyOrder: true });
    const seats = '(SELECT count(*) FROM game_seats AS seated WHERE seated.game_id = games.game_id) AS seats';
    const sql = `SELECT rowid AS at, ${seats}, ${HEADER_COLUMNS.join(', ')} FROM games ${where} AND rowid > ? ORDER BY rowid LIMIT ${PAGE}`;
    let last = 0;
    for (;;) {
      const rows = guarded(this.#path, () => this.#statements.prepare(sql).all(...values, last)) as HeaderRow[];
      for (const row of rows) {
        yield this.#checked(row.game_id, () => {
          const header = GameHeaderSchema.parse(row);
          this.#checkSeats(header, row.seats);
          return header;
        });
      }
      const end = rows.at(-1);
      if (end === undefined) return;
      last = end.at;
    }
  }

  /** One row of the whole table. */
  one(row: unknown): StoredGame | BadGame {
    return this.#checked(idSchema.parse(row).game_id, () => this.#game(row));
  }

  /** What `read` gives, or what is wrong with the row. */
  #checked<T>(id: unknown, read: () => T): T | BadGame {
    try {
      return read();
    } catch (error) {
      const problem = error instanceof z.ZodError ? zodDetail(error) : problemOf(error);
      return { id: String(id), where: this.#path, problem };
    }
  }

  #checkSeats({ players }: GameHeader, seats: number): void {
    if (seats !== 0 && seats !== players) throw this.#corrupt(`${players} players, but ${seats} seats`);
  }

  #corrupt(detail: string): RrError {
    return new RrError('FILE_CORRUPT', { path: this.#path, detail });
  }

  #game(row: unknown): StoredGame {
    const header = GameHeaderSchema.parse(row);
    const { checksum, moves, extras } = BlobsSchema.parse(row);
    if (Buffer.compare(checksum, checksumOf(moves, extras)) !== 0) {
      throw this.#corrupt('its moves do not match their checksum');
    }
    const seats = this.#statements
      .prepare('SELECT seat, player, model, settings FROM game_seats WHERE game_id = ? ORDER BY seat')
      .all(header.game_id)
      .map((seat): Seat => SeatSchema.parse(seat));
    this.#checkSeats(header, seats.length);
    return { ...header, seats, moves, extras };
  }
}

/**
 * Our replay database: `data/games/<config>.db`, SQLite in WAL mode with full sync. Games are appended to a queue
 * and become durable together in one commit; what commit() returned survives `kill -9` and power loss. Appending a
 * game that is there already changes nothing, so a repeated run adds no duplicates.
 *
 *     const store = GameStore.open('data/games/hex8_2p.db');
 *     store.append(game);
 *     const stored = store.commit();        // ids that are now safe
 *     store.close();
 *
 * All calls are synchronous; a commit waits for the disk (about a millisecond on an SSD). One connection a thread.
 */
import type Database from 'better-sqlite3';
import { RrError } from '../../core/errors.ts';
import { guarded } from '../../io/sqlite/sqlite.ts';
import { Statements } from '../../io/sqlite/statements.ts';
import type { BadGame } from '../bad-game.ts';
import { type AsideGame, asideGames, dropAside, type KeptGame, keptOfAside, moveAside } from './aside.ts';
import { checksumOf } from './checksum.ts';
import { HEADER_COLUMNS } from './columns.ts';
import { type CursorName, readCursor, storeIdentity, writeCursor } from './cursors.ts';
import { quickCheck, refuseDamaged } from './damage.ts';
import { MEMORY, openForReading, openForWriting, openInMemory } from './open.ts';
import { Orphans } from './orphans.ts';
import { conditions, type GameQuery } from './query.ts';
import { GameRows, type Row, type RowOrder } from './rows.ts';
import { schemaVersion } from './schema.ts';
import { sealOf } from './seal.ts';
import { sealedRow, Totals } from './totals.ts';
import { type GameHeader, GameHeaderSchema, type Orphan, type StoredGame } from './types.ts';

export type { CursorName };

const COLUMNS = ['arrival', ...HEADER_COLUMNS, 'checksum', 'seal', 'moves', 'extras'];
const INSERT = `INSERT OR IGNORE INTO games (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map((name) => `@${name}`).join(', ')})`;

/** What a parity check said of a game. */
export interface GameParity {
  readonly id: string;
  readonly status: GameHeader['parity_status'];
  /** ISO-8601. */
  readonly checkedAt: string;
  readonly divergenceMove: number | null;
}

export class GameStore {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #onClose: () => void;
  readonly #statements: Statements;
  readonly #schema: number;
  readonly #rows: GameRows;
  readonly #orphans: Orphans;
  #queue: StoredGame[] = [];

  /**
   * Open for reading and writing; the file and its folder are made when missing.
   * @throws RrError DB_NETWORK_FS, DB_LOCKED, DB_NEWER, DB_READ_ONLY, FILE_CORRUPT, USAGE (a database of another kind)
   */
  static open(path: string): GameStore {
    const db = openForWriting(path);
    return new GameStore(path, db, () => db.close());
  }

  /**
   * The same for work that takes long before its games come: a damaged file is refused now.
   * @throws RrError those of open(), and FILE_CORRUPT as checkBeforeAppending() does
   */
  static openChecked(path: string): GameStore {
    const store = GameStore.open(path);
    try {
      store.checkBeforeAppending();
      return store;
    } catch (damaged) {
      store.close();
      throw damaged;
    }
  }

  /** Open for reading only. @throws RrError FILE_NOT_FOUND, DB_NEWER, DB_LOCKED, FILE_CORRUPT, USAGE */
  static async openReadOnly(path: string): Promise<GameStore> {
    const { db, close } = await openForReading(path);
    return new GameStore(path, db, close);
  }

  /** A store that lives as long as the object. */
  static inMemory(): GameStore {
    const db = openInMemory();
    return new GameStore(MEMORY, db, () => db.close());
  }

  private constructor(path: string, db: Database.Database, onClose: () => void) {
    this.path = path;
    this.#db = db;
    this.#statements = new Statements(db);
    this.#schema = schemaVersion(db);
    this.#rows = new GameRows({ path, db, statements: this.#statements, schema: this.#schema });
    this.#orphans = new Orphans(db, this.#statements);
    this.#onClose = onClose;
  }

  /** Close; games appended since the last commit are dropped, so commit first. */
  close(): void {
    this.#onClose();
  }

  /** Games appended and not yet committed. */
  get pending(): number {
    return this.#queue.length;
  }

  /** Queue a game. @throws RrError DB_GAME_REFUSED for one that breaks the schema, before anything is written. */
  append(game: StoredGame): void {
    this.accept(game);
    this.#queue.push(game);
  }

  /** Whether the schema would take the game. @throws RrError DB_GAME_REFUSED */
  accept(game: StoredGame): void {
    const refuse = (detail: string): never => {
      throw new RrError('DB_GAME_REFUSED', { path: this.path, game: game.game_id, detail });
    };
    const parsed = GameHeaderSchema.safeParse(game);
    const [issue] = parsed.error?.issues ?? [];
    if (issue) refuse(`${issue.path.join('.')}: ${issue.message}`);
    if (game.status === 'completed' && (game.plies === 0 || game.moves.length === 0))
      refuse('is complete without moves');
    if (new Set(game.seats.map((seat) => seat.seat)).size !== game.seats.length) refuse('has a seat twice');
    const { winner, players, decisions, plies, seats } = game;
    if (seats.length !== 0 && seats.length !== players) refuse(`${seats.length} seats for ${players} players`);
    if (winner !== null && (winner < 1 || winner > players)) refuse(`seat ${winner} cannot win among ${players}`);
    if (decisions !== null && (decisions < 0 || decisions > plies)) refuse(`${decisions} decisions in ${plies} moves`);
  }

  /**
   * Write the queue in one transaction and wait until it is on disk.
   * @returns the ids of all queued games, those already present included: all of them are safe now
   * @throws RrError DB_LOCKED, DISK_FULL, FILE_CORRUPT; the queue is then kept and commit() may be called again
   */
  commit(): string[] {
    if (this.#queue.length === 0) return [];
    const games = this.#queue;
    guarded(this.path, () => {
      this.#change((totals) => {
        for (const game of games) this.#insert(game, totals);
      });
    });
    this.#queue = [];
    return games.map((game) => game.game_id);
  }

  /** One transaction that keeps the totals true. */
  #change(work: (totals: Totals) => void): void {
    const write = this.#db.transaction(() => {
      const totals = Totals.read(this.#statements);
      work(totals);
      totals.write(this.#statements);
    });
    write.immediate();
  }

  /**
   * Makes room for a game under its id, and gives the arrival number that was there; null when there was none. A bad game
   * keeps its bytes aside, and its number dies with it: nobody could learn from it, so the good copy arrives now.
   */
  #remove(gameId: string, totals: Totals): number | null {
    const found = this.#statements.prepare('SELECT arrival, seal FROM games WHERE game_id = ?').get(gameId);
    if (found === undefined) return null;
    const { arrival, seal } = sealedRow.parse(found);
    const known = this.#rows.at(arrival);
    const bad = known !== undefined && 'problem' in known ? known : undefined;
    if (bad) moveAside(this.#statements, { arrival, reason: bad.problem, now: new Date().toISOString() });
    this.#statements.prepare('DELETE FROM games WHERE arrival = ?').run(arrival);
    totals.remove(arrival, seal);
    // its seal may not be the one that was counted
    if (bad) totals.correct(Totals.count(this.#statements));
    return bad ? null : arrival;
  }

  /** A game that has no arrival number yet gets the next one. */
  #insert(game: StoredGame, totals: Totals, arrival: number | null = null): void {
    const { seats } = game;
    const row = rowOf(game);
    const { changes, lastInsertRowid } = this.#statements.prepare(INSERT).run({ ...row, arrival });
    if (changes === 0) {
      const known = this.#rows.ofId(game.game_id);
      if (known === undefined || !('problem' in known)) return;
      this.#insert(game, totals, this.#remove(game.game_id, totals));
      return;
    }
    totals.add(Number(lastInsertRowid), row.seal);
    const seat = this.#statements.prepare(
      'INSERT INTO game_seats (game_id, seat, player, model, settings) VALUES (?, ?, ?, ?, ?)',
    );
    for (const { seat: number, player, model, settings } of seats) {
      seat.run(game.game_id, number, player, model, settings);
    }
  }

  /**
   * Change games in one durable transaction: each game given replaces the good one of its id, whose arrival number it keeps,
   * or is added.
   * For merging; ordinary writing goes through append(). @throws RrError as append() and commit() do
   */
  replace(games: readonly StoredGame[]): void {
    for (const game of games) this.accept(game);
    guarded(this.path, () => {
      this.#change((totals) => {
        for (const game of games) this.#insert(game, totals, this.#remove(game.game_id, totals));
      });
    });
  }

  has(gameId: string): boolean {
    return guarded(
      this.path,
      () => this.#statements.prepare('SELECT 1 FROM games WHERE game_id = ?').get(gameId) !== undefined,
    );
  }

  /** @throws RrError FILE_CORRUPT for a bad row */
  get(gameId: string): StoredGame | undefined {
    const row = this.row(gameId);
    return row && this.#good(row);
  }

  /** The same with a bad row as a bad item. */
  row(gameId: string): StoredGame | BadGame | undefined {
    return guarded(this.path, () => this.#rows.ofId(gameId));
  }

  /** Number of games a query finds. */
  count(query: GameQuery = {}): number {
    const { where, values } = conditions(query);
    return guarded(this.path, () =>
      Number(
        this.#statements
          .prepare(`SELECT count(*) FROM games NOT INDEXED ${where}`)
          .pluck()
          .get(...values),
      ),
    );
  }

  /** Bytes of moves, search data and extras by config: what a game costs without the pages around it. */
  blobBytes(): ReadonlyMap<string, number> {
    const sql = `SELECT board || '_' || players || 'p' AS config, sum(length(moves) + coalesce(length(extras), 0)) AS bytes
      FROM games NOT INDEXED GROUP BY board, players`;
    return guarded(this.path, () => {
      const rows = this.#statements.prepare(sql).all() as { config: string; bytes: number }[];
      return new Map(rows.map(({ config, bytes }) => [config, bytes]));
    });
  }

  /** Game ids, sorted. Memory: all of them. */
  ids(query: GameQuery = {}): string[] {
    const { where, values } = conditions(query);
    return guarded(this.path, () =>
      this.#statements
        .prepare(`SELECT game_id FROM games NOT INDEXED ${where} ORDER BY game_id`)
        .pluck()
        .all(...values)
        .map(String),
    );
  }

  /**
   * Games in the order in which they were stored, with moves and extras. Memory: one page. Games stored meanwhile may
   * or may not appear. @throws RrError FILE_CORRUPT for a damaged page or the first bad row
   */
  *games(query: GameQuery = {}): Generator<StoredGame> {
    for (const row of this.rows(query)) yield this.#good(row);
  }

  /** The same in any order, with a bad row, a damaged page and missing rows as one bad item each. */
  *rows(query: GameQuery = {}, order: RowOrder = 'arrival'): Generator<StoredGame | BadGame> {
    for (const { game } of this.#rows.games(query, order)) yield game;
  }

  /** Name of this file as a store: arrival numbers mean nothing in another one. Empty for the first schema. */
  get identity(): string {
    return guarded(this.path, () => (this.#schema < 2 ? '' : storeIdentity(this.#statements)));
  }

  /** The highest arrival number that was ever given; later games have higher ones, whatever is removed. */
  get lastArrival(): number {
    return this.#rows.lastArrival();
  }

  /** How far a reader has read; 0 for one that never did. @throws RrError FILE_CORRUPT */
  cursor(name: CursorName): number {
    return this.#schema < 2 ? 0 : guarded(this.path, () => readCursor(this.#statements, name, this.path));
  }

  /** Writes down how far a reader has read. `now`: ISO-8601. */
  moveCursor(name: CursorName, arrival: number, now: string): void {
    guarded(this.path, () => writeCursor(this.#statements, name, arrival, now));
  }

  /** The same with arrival numbers. */
  arrivals(query: GameQuery = {}): Generator<Row<StoredGame>> {
    return this.#rows.games(query);
  }

  /** Only the headers of games(). @throws RrError FILE_CORRUPT as games() */
  *headers(query: GameQuery = {}): Generator<GameHeader> {
    for (const row of this.headerRows(query)) yield this.#good(row);
  }

  /** The same with a bad row as one bad item. */
  *headerRows(query: GameQuery = {}): Generator<GameHeader | BadGame> {
    for (const { game } of this.#rows.headers(query)) yield game;
  }

  #good<T extends object>(row: T | BadGame): T {
    if (!('problem' in row)) return row;
    throw new RrError('FILE_CORRUPT', { path: this.path, detail: `game ${row.id}: ${row.problem}` });
  }

  /**
   * Records the outcome of parity checks in one transaction, and returns how many it recorded: games that are gone or bad have
   * none. @throws RrError as replace()
   */
  setParity(verdicts: readonly GameParity[]): number {
    const changed = verdicts.flatMap(({ id, status, checkedAt, divergenceMove }) => {
      const game = this.row(id);
      if (game === undefined || 'problem' in game) return [];
      const parity = { parity_status: status, parity_checked_at: checkedAt, parity_divergence_move: divergenceMove };
      return [{ ...game, ...parity }];
    });
    if (changed.length > 0) this.replace(changed);
    return changed.length;
  }

  /** Games that were put aside with all their bytes, in the order in which that happened: all, or those named. */
  aside(names: readonly string[] = []): AsideGame[] {
    if (this.#schema < 2) return [];
    return guarded(this.path, () => asideGames(this.#statements, names));
  }

  /** A game that was put aside, as it was. @throws RrError FILE_CORRUPT when a column or a seat cannot be read */
  kept({ id }: AsideGame): KeptGame {
    return guarded(this.path, () => keptOfAside(this.#statements, id, this.path));
  }

  /**
   * Takes games out of use, with all their bytes kept aside, once the indexes were built anew; seats of no game go, and what
   * the games add up to is counted. One transaction. @param reasonNow why the game in a row is bad now, undefined for one
   * that is not: another process may have replaced it. @param now ISO-8601. @returns how many were taken
   */
  putAside(
    arrivals: readonly number[],
    reasonNow: (row: StoredGame | BadGame) => string | undefined,
    now: string,
  ): number {
    return guarded(this.path, () => {
      // first, as removing a row has to find it in the indexes
      this.#db.exec('REINDEX');
      let taken = 0;
      const take = this.#db.transaction(() => {
        for (const arrival of arrivals) {
          const row = this.#rows.at(arrival);
          const reason = row && reasonNow(row);
          if (reason === undefined) continue;
          moveAside(this.#statements, { arrival, reason, now });
          this.#statements.prepare('DELETE FROM games WHERE arrival = ?').run(arrival);
          taken++;
        }
        this.#db.exec('DELETE FROM game_seats WHERE game_id NOT IN (SELECT game_id FROM games)');
        Totals.count(this.#statements).write(this.#statements);
      });
      take.immediate();
      return taken;
    });
  }

  /** Takes a game that was put aside into use, in one transaction; false when another game of its id is. */
  restore(aside: AsideGame, game: StoredGame): boolean {
    this.accept(game);
    let free = true;
    guarded(this.path, () => {
      this.#change((totals) => {
        free = this.#statements.prepare('SELECT 1 FROM games WHERE game_id = ?').get(game.game_id) === undefined;
        if (!free) return;
        this.#insert(game, totals);
        dropAside(this.#statements, aside);
      });
    });
    return free;
  }

  /** Removes games that were put aside for good. */
  drop(games: readonly AsideGame[]): void {
    const drop = this.#db.transaction(() => {
      for (const game of games) dropAside(this.#statements, game);
    });
    guarded(this.path, () => drop.immediate());
  }

  orphans(): Orphan[] {
    return guarded(this.path, () => this.#orphans.all());
  }

  /** Put entries on the quarantine list; of two for one game the smaller in text order stays. */
  addOrphans(orphans: readonly Orphan[]): void {
    guarded(this.path, () => this.#orphans.add(orphans));
  }

  /** Refuse a damaged file before work is done for it; see refuseDamaged(). @throws RrError FILE_CORRUPT */
  checkBeforeAppending(wholeBytes?: number): void {
    guarded(this.path, () => refuseDamaged(this.#db, this.path, wholeBytes));
  }

  /** Check the whole file. @throws RrError FILE_CORRUPT */
  check(): void {
    guarded(this.path, () => quickCheck(this.#db, this.path));
  }
}

function rowOf(game: StoredGame): Record<string, unknown> & { readonly seal: Buffer } {
  const header = GameHeaderSchema.parse(game);
  const { moves, extras, seats } = game;
  const checksum = checksumOf(moves, extras);
  return { ...header, moves, extras, checksum, seal: sealOf(header, seats, checksum) };
}

/** Bad games put aside: out of use, with every byte they had, until somebody restores or drops them. */
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { zodDetail } from '../../io/ndjson/kinds.ts';
import type { Statements } from '../../io/sqlite/statements.ts';
import { checksumOf } from './checksum.ts';
import { KEPT_2, selected } from './columns.ts';
import { sealOf } from './seal.ts';
import { GameHeaderSchema, SeatSchema, type StoredGame } from './types.ts';

export interface MoveAside {
  readonly arrival: number;
  readonly reason: string;
  /** ISO-8601. */
  readonly now: string;
}

/**
 * Copies a row and its seats to the side and lists its id as an orphan; removing it is up to the caller. A row of the first
 * schema has no seal yet.
 */
export function moveAside(statements: Statements, { arrival, reason, now }: MoveAside, schema = 2): void {
  const found = ['rowid', ...selected(KEPT_2.slice(1), schema)];
  const { lastInsertRowid: aside } = statements
    .prepare(
      `INSERT INTO aside_games (put_aside, problem, ${KEPT_2.join(', ')})
       SELECT ?, ?, ${found.join(', ')} FROM games WHERE rowid = ?`,
    )
    .run(now, reason, arrival);
  statements
    .prepare(
      `INSERT INTO aside_seats SELECT ?, game_id, seat, player, model, settings FROM game_seats
       WHERE game_id = (SELECT game_id FROM games WHERE rowid = ?)`,
    )
    .run(aside, arrival);
  // a damaged row may hold anything: the list takes what is of the right type
  statements
    .prepare(
      `INSERT OR IGNORE INTO orphaned_games
       SELECT CAST(game_id AS TEXT), ?, ?, iif(typeof(status) = 'text', status, NULL), iif(typeof(board) = 'text', board, NULL),
         iif(typeof(players) = 'integer', players, NULL) FROM games WHERE rowid = ?`,
    )
    .run(now, reason, arrival);
}

const asideSchema = z.object({
  id: z.int(),
  game_id: z.unknown(),
  put_aside: z.string(),
  problem: z.string(),
  bytes: z.int(),
});

/** One game that was put aside. */
export interface AsideGame {
  /** Its number on the list. */
  readonly id: number;
  readonly game: string;
  readonly time: string;
  readonly reason: string;
  /** Of moves, search data and extras. */
  readonly bytes: number;
}

/** Those named by id or number; all when none is named. */
export function asideGames(statements: Statements, names: readonly string[] = []): AsideGame[] {
  return statements
    .prepare(
      `SELECT id, game_id, put_aside, problem,
         coalesce(length(CAST(moves AS BLOB)), 0) + coalesce(length(CAST(extras AS BLOB)), 0) AS bytes
       FROM aside_games ORDER BY id`,
    )
    .all()
    .map((row) => {
      const { id, game_id, put_aside, problem, bytes } = asideSchema.parse(row);
      return { id, game: String(game_id), time: put_aside, reason: problem, bytes };
    })
    .filter(({ id, game }) => names.length === 0 || names.includes(game) || names.includes(String(id)));
}

/** The game as it was put aside. */
export interface KeptGame {
  readonly stored: StoredGame;
  /** Its checksums are right: it was put aside for another reason. */
  readonly intact: boolean;
}

const keptGame = GameHeaderSchema.extend({
  seats: z.array(SeatSchema),
  moves: z.instanceof(Uint8Array),
  extras: z.instanceof(Uint8Array).nullable(),
});
const keptSeals = z.looseObject({ checksum: z.instanceof(Uint8Array), seal: z.instanceof(Uint8Array).nullable() });

/** @throws RrError FILE_CORRUPT, naming `where`, when a column or a seat cannot be read */
export function keptOfAside(statements: Statements, id: number, where: string): KeptGame {
  const row = statements.prepare('SELECT * FROM aside_games WHERE id = ?').get(id);
  const seats = statements
    .prepare('SELECT seat, player, model, settings FROM aside_seats WHERE aside = ? ORDER BY seat')
    .all(id);
  const checked = keptGame.safeParse({ ...Object(row), seats });
  if (!checked.success) throw new RrError('FILE_CORRUPT', { path: where, detail: zodDetail(checked.error) });
  const { seats: seated, moves, extras, ...header } = checked.data;
  const seals = keptSeals.safeParse(row);
  const checksum = checksumOf(moves, extras);
  const intact =
    seals.success &&
    checksum.equals(seals.data.checksum) &&
    (seals.data.seal === null || sealOf(header, seated, checksum).equals(seals.data.seal));
  return { stored: checked.data, intact };
}

/** Removes a game from the side, and its id from the list of orphans. */
export function dropAside(statements: Statements, { id, game }: AsideGame): void {
  statements.prepare('DELETE FROM aside_seats WHERE aside = ?').run(id);
  statements.prepare('DELETE FROM aside_games WHERE id = ?').run(id);
  statements.prepare('DELETE FROM orphaned_games WHERE game_id = ?').run(game);
}

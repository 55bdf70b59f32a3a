/** Makes rows that a test changed by SQL whole again, as if somebody had stored them so. */
import type Database from 'better-sqlite3';
import { sealOf } from '../../../src/games/store/seal.ts';
import { Totals } from '../../../src/games/store/totals.ts';
import { GameHeaderSchema, SeatSchema } from '../../../src/games/store/types.ts';
import { Statements } from '../../../src/io/sqlite/statements.ts';

export function reseal(db: Database.Database): void {
  const statements = new Statements(db);
  const seats = statements.prepare('SELECT seat, player, model, settings FROM game_seats WHERE game_id = ?');
  const seal = statements.prepare('UPDATE games SET seal = ? WHERE game_id = ?');
  for (const row of statements.prepare('SELECT * FROM games').all()) {
    const header = GameHeaderSchema.parse(row);
    const checksum = Object(row).checksum;
    if (!(checksum instanceof Uint8Array)) throw new Error(`${header.game_id} has no checksum`);
    const seated = seats.all(header.game_id).map((seat) => SeatSchema.parse(seat));
    seal.run(sealOf(header, seated, checksum), header.game_id);
  }
  Totals.count(statements).write(statements);
}

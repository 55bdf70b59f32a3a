/** The quarantine list of a database: ids of games that were taken out of use. Calls are to be guarded by the store. */
import type Database from 'better-sqlite3';
import type { Statements } from '../../io/sqlite/statements.ts';
import { type Orphan, OrphanSchema } from './types.ts';

export class Orphans {
  readonly #db: Database.Database;
  readonly #statements: Statements;

  constructor(db: Database.Database, statements: Statements) {
    this.#db = db;
    this.#statements = statements;
  }

  all(): Orphan[] {
    return this.#statements
      .prepare('SELECT * FROM orphaned_games ORDER BY game_id')
      .all()
      .map((row) => OrphanSchema.parse(row));
  }

  add(orphans: readonly Orphan[]): void {
    const write = this.#db.transaction(() => {
      for (const orphan of orphans) {
        const found = this.#statements.prepare('SELECT * FROM orphaned_games WHERE game_id = ?').get(orphan.game_id);
        if (found !== undefined && orphanOrder(OrphanSchema.parse(found)) <= orphanOrder(orphan)) continue;
        this.#statements
          .prepare(
            'INSERT OR REPLACE INTO orphaned_games VALUES (@game_id, @detected_at, @reason, @status, @board, @players)',
          )
          .run(orphan);
      }
    });
    write.immediate();
  }
}

/** A text that orders the entries of one game: the smallest of all machines stays. */
export const orphanOrder = ({ game_id, detected_at, reason, status, board, players }: Orphan): string =>
  JSON.stringify([game_id, detected_at, reason, status, board, players]);

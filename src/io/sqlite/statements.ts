/** Prepared statements of one database, each compiled the first time its text is asked for. */
import type Database from 'better-sqlite3';

export class Statements {
  readonly #db: Database.Database;
  readonly #byText = new Map<string, Database.Statement>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  prepare(sql: string): Database.Statement {
    let statement = this.#byText.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#byText.set(sql, statement);
    }
    return statement;
  }
}

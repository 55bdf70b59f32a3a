/** What a check of a database finds, one fault at a time, each with its remedy. */

/**
 * Where the fault lies: the file as a whole, a page, an index, one game (its columns, seats or moves), a game that is not
 * legal, the number and identity of all games, rows that belong to no game.
 */
export type Fault = 'file' | 'page' | 'index' | 'game' | 'replay' | 'totals' | 'orphan';

export interface DatabaseFinding {
  readonly path: string;
  readonly fault: Fault;
  /** Empty where it is not about one game, or not even its id is known. */
  readonly game: string;
  /** Of a game in a database of ours: the number of its row. */
  readonly arrival?: number;
  readonly found: string;
  readonly remedy: string;
}

/** Faults that rr db check --fix puts right in the file itself. */
export const FIXABLE: ReadonlySet<Fault> = new Set(['index', 'game', 'replay', 'totals', 'orphan']);

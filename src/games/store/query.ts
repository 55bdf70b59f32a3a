/** Which games of a database are asked for. */
import type { GameHeader } from './types.ts';

export interface GameQuery {
  readonly config?: string;
  readonly engine?: string;
  readonly runId?: string;
  readonly status?: GameHeader['status'];
  /** ISO-8601; games created at or after it. */
  readonly since?: string;
  readonly minQuality?: number;
  /** Games that arrived after this number, up to that one. */
  readonly after?: number;
  readonly until?: number;
  readonly parity?: readonly GameHeader['parity_status'][];
}

/** As SQL: a WHERE clause that more terms can be added to, and its values. */
export function conditions(query: GameQuery): { where: string; values: (string | number)[] } {
  const terms = ['1'];
  const values: (string | number)[] = [];
  const add = (term: string, ...added: (string | number)[]) => {
    terms.push(term);
    values.push(...added);
  };
  if (query.config !== undefined) add("board || '_' || players || 'p' = ?", query.config);
  if (query.engine !== undefined) add('engine = ?', query.engine);
  if (query.runId !== undefined) add('run_id = ?', query.runId);
  if (query.status !== undefined) add('status = ?', query.status);
  if (query.since !== undefined) add('created_at >= ?', query.since);
  if (query.after !== undefined) add('rowid > ?', query.after);
  if (query.until !== undefined) add('rowid <= ?', query.until);
  if (query.minQuality !== undefined) add('quality >= ?', query.minQuality);
  if (query.parity !== undefined) {
    add(`parity_status IN (${query.parity.map(() => '?').join(', ')})`, ...query.parity);
  }
  return { where: `WHERE ${terms.join(' AND ')}`, values };
}

/**
 * The same of one game, but for its number: a row is looked at after its seal was tested, so that a damaged column leaves no
 * game out.
 */
export function matches(game: GameHeader, query: GameQuery): boolean {
  const { config, engine, runId, status, since, minQuality, parity } = query;
  return (
    (config === undefined || config === `${game.board}_${game.players}p`) &&
    (engine === undefined || engine === game.engine) &&
    (runId === undefined || runId === game.run_id) &&
    (status === undefined || status === game.status) &&
    (since === undefined || game.created_at >= since) &&
    (minQuality === undefined || (game.quality !== null && game.quality >= minQuality)) &&
    (parity === undefined || parity.includes(game.parity_status))
  );
}

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
  readonly parity?: readonly GameHeader['parity_status'][];
}

/**
 * As SQL: a WHERE clause that more terms can be added to, and its values. `inKeyOrder`: for reading page by page along
 * the primary key; a unary plus keeps SQLite from an index of the term, with which it would sort all matching rows anew
 * for every page (SQLite, "The unary + operator").
 */
export function conditions(
  query: GameQuery,
  { inKeyOrder = false } = {},
): { where: string; values: (string | number)[] } {
  const terms = ['1'];
  const values: (string | number)[] = [];
  const add = (column: string, test: string, ...added: (string | number)[]) => {
    terms.push(`${inKeyOrder ? '+' : ''}${column} ${test}`);
    values.push(...added);
  };
  if (query.config !== undefined) add('config', '= ?', query.config);
  if (query.engine !== undefined) add('engine', '= ?', query.engine);
  if (query.runId !== undefined) add('run_id', '= ?', query.runId);
  if (query.status !== undefined) add('status', '= ?', query.status);
  if (query.since !== undefined) add('created_at', '>= ?', query.since);
  if (query.minQuality !== undefined) add('quality', '>= ?', query.minQuality);
  if (query.parity !== undefined) {
    add('parity_status', `IN (${query.parity.map(() => '?').join(', ')})`, ...query.parity);
  }
  return { where: `WHERE ${terms.join(' AND ')}`, values };
}

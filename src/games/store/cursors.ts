/**
 * Named readers of a database, each with the arrival number up to which it has read. A cursor lies in the file whose numbers it
 * counts, so that a copy or a new file takes nobody for somewhere else.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import type { Statements } from '../../io/sqlite/statements.ts';

export interface CursorName {
  readonly name: string;
  /** The games it reads; empty for all. */
  readonly config: string;
}

const cursorRow = z.object({ arrival: z.int().min(0), moved_at: z.string(), seal: z.instanceof(Uint8Array) });

/** 0 when it was never moved. @throws RrError FILE_CORRUPT */
export function readCursor(statements: Statements, cursor: CursorName, path: string): number {
  const found = statements
    .prepare('SELECT arrival, moved_at, seal FROM cursors WHERE name = ? AND config = ?')
    .get(cursor.name, cursor.config);
  if (found === undefined) return 0;
  const row = cursorRow.safeParse(found);
  if (row.success && sealOfCursor(cursor, row.data.arrival, row.data.moved_at).equals(row.data.seal)) {
    return row.data.arrival;
  }
  const detail = `cursor ${cursor.name} does not match its checksum; export with another name, which begins at the first game`;
  throw new RrError('FILE_CORRUPT', { path, detail });
}

export function writeCursor(statements: Statements, cursor: CursorName, arrival: number, now: string): void {
  statements
    .prepare('INSERT OR REPLACE INTO cursors (name, config, arrival, moved_at, seal) VALUES (?, ?, ?, ?, ?)')
    .run(cursor.name, cursor.config, arrival, now, sealOfCursor(cursor, arrival, now));
}

const sealOfCursor = ({ name, config }: CursorName, arrival: number, now: string): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([name, config, arrival, now]))
    .digest();

/** The name of the file that holds the games. */
export const storeIdentity = (statements: Statements): string =>
  String(statements.prepare('SELECT store FROM store_identity').pluck().get());

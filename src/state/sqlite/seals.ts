/**
 * Checksums of the state database: each row has a seal over its columns, and each table a count and a sum of its seals, so that
 * a changed value, a lost row and a row that stands twice are noticed when they are read. Triggers keep both. Seals are
 * CRC-32: they are against damage, not against an author.
 */
import { crc32 } from 'node:zlib';
import type Database from 'better-sqlite3';
import { AuditRowSchema, isGenuineAudit } from '../store/audit.ts';
import { isGenuine, ResultSchema } from '../store/results.ts';
import { oldTransfer } from './old-transfer.ts';

/** Tables with their columns in the order of the seal; the first column tells rows apart. */
export const TABLES = {
  leases: ['name', 'epoch', 'owner', 'host', 'boot_id', 'pid', 'acquired_at', 'expires_at'],
  runs: [
    ...(['run_id', 'command', 'config', 'host', 'boot_id', 'pid'] as const),
    ...(['started_at', 'heartbeat_at', 'ended_at', 'exit', 'detail', 'process_start', 'argv', 'trace'] as const),
  ],
  events: ['arrival', 'id', 'type', 'at', 'host', 'config', 'trace', 'detail'],
  cursors: ['name', 'value', 'updated_at'],
  model_audit: [
    ...(['id', 'config', 'pointer', 'hash', 'previous', 'generation'] as const),
    ...(['at', 'host', 'actor', 'reason', 'detail'] as const),
  ],
  results: ['id', 'kind', 'config', 'at', 'record'],
  file_hashes: ['path', 'stamp', 'hash'],
  breakers: ['host', 'failures', 'failed_at', 'reason'],
} as const;
export type Table = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as Table[];

/** `seal(…)` over columns as SQL; `of` is `new.` or `old.` inside a trigger. */
export const sealText = (columns: readonly string[], of = ''): string =>
  `seal(${columns.map((name) => of + name).join(', ')})`;

/** The seal that a row of a table should have. */
export const sealSql = (table: Table): string => sealText(TABLES[table]);

/** Functions that the schema calls; every connection needs them. */
export function defineSeals(db: Database.Database): void {
  const options = { deterministic: true, varargs: true } as const;
  db.function('seal', options, (...values: unknown[]) => crc32(JSON.stringify(values)));
  // step 3 of the schema: a transfer noted as text becomes an event
  db.function(
    'event_of',
    { deterministic: true },
    (at: unknown, detail: unknown, field: unknown) =>
      oldTransfer(Number(at), String(detail))[field as 'id' | 'type' | 'detail'],
  );
  db.function('names_itself', options, (table: unknown, ...values: unknown[]) => Number(namesItself(table, values)));
}

/** Rows that are named by their contents prove themselves. */
function namesItself(table: unknown, values: readonly unknown[]): boolean {
  const row = (names: readonly string[]) => Object.fromEntries(names.map((name, index) => [name, values[index]]));
  if (table === 'results') {
    const { success, data } = ResultSchema.safeParse(row(TABLES.results));
    return success && isGenuine(data);
  }
  if (table === 'model_audit') {
    const { success, data } = AuditRowSchema.safeParse(row(TABLES.model_audit));
    return success && isGenuineAudit(data);
  }
  return true;
}

/** Triggers that keep seals and totals of a table. */
export const sealTriggers = (table: string, columns: readonly string[]): string => {
  const counted = 'UPDATE totals SET rows = rows';
  const named = `WHERE name = '${table}'`;
  return `
CREATE TRIGGER ${table}_added AFTER INSERT ON ${table} BEGIN
  UPDATE ${table} SET seal = ${sealText(columns, 'new.')} WHERE rowid = new.rowid;
  ${counted} + 1, seals = seals + ${sealText(columns, 'new.')} ${named};
END;
CREATE TRIGGER ${table}_changed AFTER UPDATE OF ${columns.join(', ')} ON ${table} BEGIN
  UPDATE ${table} SET seal = ${sealText(columns, 'new.')} WHERE rowid = new.rowid;
  ${counted}, seals = seals - ${sealText(columns, 'old.')} + ${sealText(columns, 'new.')} ${named};
END;
CREATE TRIGGER ${table}_removed AFTER DELETE ON ${table} BEGIN
  ${counted} - 1, seals = seals - ${sealText(columns, 'old.')} ${named};
END;
`;
};

/** Rows of a table that fit `where`, and all that are damaged (`intact` is 0 then). Not through an index, which may hide rows. */
export const verifiedSql = (table: Table, where: string): string =>
  `SELECT * FROM (SELECT *, ${sealSql(table)} IS seal AS intact FROM ${table} NOT INDEXED) WHERE (${where}) OR NOT intact`;

/** 1 when a table holds the rows that it should. */
export const completeSql = (table: Table): string =>
  `SELECT count(*) IS (SELECT rows FROM totals WHERE name = '${table}')
    AND coalesce(sum(seal), 0) IS (SELECT seals FROM totals WHERE name = '${table}') FROM ${table} NOT INDEXED`;

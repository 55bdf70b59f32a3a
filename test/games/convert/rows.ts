/** Rows of a GameReplayDB as plain values, and changed copies of the fixtures. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { tagged } from '../../../src/games/exact/difference.ts';
import { parseExact } from '../../../src/games/exact/exact-json.ts';
import { TABLES } from '../../../src/games/upstream/schema.ts';
import { FIXTURES } from '../upstream/fixture.ts';

export type Row = Readonly<Record<string, unknown>>;

/** An uncompressed copy of a database, changed if asked for. */
export function copyOf(path: string, target: string, change?: (db: Database.Database) => void): string {
  const bytes = readFileSync(path);
  writeFileSync(target, bytes[0] === 0x1f ? gunzipSync(bytes) : bytes);
  if (change) {
    const db = new Database(target);
    change(db);
    db.close();
  }
  return target;
}

export const fixture = (name: string): string => join(FIXTURES, `${name}.db.gz`);

/** Every row of every table of the schema; JSON columns parsed, since only their meaning has to survive. */
export function rowsByTable(path: string): Record<string, Row[]> {
  const db = new Database(path, { readonly: true });
  db.defaultSafeIntegers(true);
  try {
    return Object.fromEntries(
      Object.keys(TABLES).map((table) => [
        table,
        db
          .prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)
          .all()
          .map((row) =>
            Object.fromEntries(Object.entries(row as Row).map(([name, value]) => [name, plain(name, value)])),
          ),
      ]),
    );
  } finally {
    db.close();
  }
}

function plain(column: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'string' || !(column.endsWith('_json') || column === 'move_probs')) return value;
  const json = tagged(parseExact(value)) as Record<string, unknown>;
  // the one field that is put right on reading (docs/upstream-formats.md §9.14)
  if (column === 'initial_state_json') json.lpsCurrentRoundActorMask = {};
  return json;
}

/** `table.column` of every value that differs; `table` alone when rows are missing. */
export function differingColumns(a: Record<string, Row[]>, b: Record<string, Row[]>): string[] {
  const found = new Set<string>();
  for (const [table, rows] of Object.entries(a)) {
    if (rows.length !== b[table]?.length) found.add(table);
    rows.forEach((row, i) => {
      for (const [column, value] of Object.entries(row)) {
        const other = b[table]?.[i]?.[column];
        if (JSON.stringify(sorted(value)) !== JSON.stringify(sorted(other))) found.add(`${table}.${column}`);
      }
    });
  }
  return [...found].sort();
}

function sorted(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([x], [y]) => (x < y ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

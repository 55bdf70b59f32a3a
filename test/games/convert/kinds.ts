/** Kinds of values that a GameReplayDB holds, by field, and the list of them in docs/upstream-formats.md §1.7. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import Database from 'better-sqlite3';
import * as z from 'zod';
import { TABLES } from '../../../src/games/upstream/schema.ts';

export type Kinds = Map<string, Set<string>>;

/** Columns whose JSON has rows of its own in the list: under which name. */
const JSON_COLUMNS: Readonly<Record<string, string>> = {
  move_json: 'move',
  initial_state_json: 'position',
  state_json: 'position',
  state_before_json: 'position',
  state_after_json: 'position',
  metadata_json: 'metadata',
  search_stats_json: 'search',
  move_probs: 'move_probs',
  progress_before_json: 'progress',
  progress_after_json: 'progress',
};

/** Adds the kinds of every field of every row. `position.stacks.*` stands for every key, `[]` for every item. */
export function observe(path: string, kinds: Kinds): void {
  const db = new Database(path, { readonly: true });
  try {
    for (const table of Object.keys(TABLES)) {
      for (const row of db.prepare(`SELECT * FROM ${table}`).all()) {
        for (const [column, value] of Object.entries(row as object)) {
          note(kinds, `${table}.${column}`, kindOf(value));
          const name = JSON_COLUMNS[column];
          if (name !== undefined && typeof value === 'string') descend(kinds, name, JSON.parse(value));
        }
      }
    }
  } finally {
    db.close();
  }
}

function descend(kinds: Kinds, path: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || kindOf(value) === 'cell') return;
  for (const [key, item] of Object.entries(value)) {
    const name = Array.isArray(value) ? `${path}[]` : `${path}.${path === 'move_probs' || isKey(key) ? '*' : key}`;
    note(kinds, name, kindOf(item));
    // its items are moves, which have rows of their own
    if (key === 'moveHistory' || name === 'metadata.rr' || name === 'search.rr') continue;
    descend(kinds, name, item);
  }
}

/** Cells, players and move keys. */
const isKey = (key: string): boolean => /-?\d/.test(key);

function note(kinds: Kinds, field: string, kind: string): void {
  const known = kinds.get(field) ?? new Set();
  known.add(kind);
  kinds.set(field, known);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Uint8Array) return 'bytes';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'yes/no';
  return cellSchema.safeParse(value).success ? 'cell' : 'object';
}

const cellSchema = z.strictObject({ x: z.int(), y: z.int(), z: z.int().nullable() });

export interface ListedField {
  readonly upstream: ReadonlySet<string>;
  readonly rr: ReadonlySet<string>;
}

/** Rows `| field | kinds of upstream | kinds of rr | meaning |` of the list. */
export function listedFields(): ReadonlyMap<string, ListedField> {
  const text = readFileSync(resolve(import.meta.dirname, '../../../docs/upstream-formats.md'), 'utf8');
  const section = text.slice(text.indexOf('### 1.7'), text.indexOf('\n## 2.'));
  const kinds = (cell: string): Set<string> => new Set(cell.split(', '));
  const rows = [...section.matchAll(/^\| (`[^|]+`) \| ([^|]+) \| ([^|]+) \|[^|]*\|$/gm)];
  return new Map(
    rows.flatMap(([, names = '', upstream = '', rr = '']) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']): [string, ListedField] => [
        name,
        { upstream: kinds(upstream), rr: kinds(rr === 'same' ? upstream : rr) },
      ]),
    ),
  );
}

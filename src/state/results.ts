/**
 * Results of matches, gauntlets and tests: records that only ever grow in number, named by their content, so that
 * machines can exchange them as sets and a rating is computed from whatever has arrived.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { StateDb } from './database.ts';

export const ResultSchema = z.object({
  /** SHA-256 of the record's canonical JSON, hex. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  /** `match`, `gauntlet` … */
  kind: z.string().min(1),
  config: z.string().nullable(),
  /** Milliseconds since 1970. */
  at: z.int(),
  /** JSON object. */
  record: z.string(),
});
export type Result = z.infer<typeof ResultSchema>;

export interface NewResult {
  readonly kind: string;
  readonly config?: string | undefined;
  readonly atMs: number;
  readonly record: Readonly<Record<string, unknown>>;
}

export function makeResult({ kind, config = undefined, atMs, record }: NewResult): Result {
  const text = canonicalJson(record);
  const id = createHash('sha256')
    .update(JSON.stringify([kind, config ?? null, atMs]))
    .update(text)
    .digest('hex');
  return { id, kind, config: config ?? null, at: atMs, record: text };
}

/** True when the id is that of the contents: a result from another machine has to pass. */
export function isGenuine({ id, kind, config, at, record }: Result): boolean {
  let parsed: unknown;
  try {
    parsed = JSON.parse(record);
  } catch {
    return false;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return false;
  return makeResult({ kind, config: config ?? undefined, atMs: at, record: { ...parsed } }).id === id;
}

/** Adds what is new; returns how many were. */
export function addResults(state: StateDb, results: readonly Result[]): number {
  return state.transaction(() => {
    let added = 0;
    for (const { id, kind, config, at, record } of results) {
      added += state.run('INSERT OR IGNORE INTO results VALUES (?, ?, ?, ?, ?)', id, kind, config, at, record);
    }
    return added;
  });
}

export const resultIds = (state: StateDb): string[] =>
  state.all('SELECT id FROM results ORDER BY id').map((row) => String(row.id));

export interface ResultQuery {
  readonly kind?: string;
  readonly config?: string;
}

/** In order of time. Memory: all of them. */
export function findResults(state: StateDb, { kind, config }: ResultQuery = {}): Result[] {
  return state
    .all(
      'SELECT * FROM results WHERE kind = coalesce(?, kind) AND config IS coalesce(?, config) ORDER BY at, id',
      ...[kind ?? null, config ?? null],
    )
    .map((row) => ResultSchema.parse(row));
}

/** JSON with sorted keys at every level: equal values give equal text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

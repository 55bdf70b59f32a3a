/**
 * Results of matches, gauntlets and tests: records that only ever grow in number, named by their content, so that
 * machines can exchange them as sets and a rating is computed from whatever has arrived.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';

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

export interface ResultQuery {
  readonly kind?: string;
  readonly config?: string;
}

export interface Results {
  /** Adds what is new; returns how many were. */
  add(results: readonly Result[]): Promise<number>;
  /** In order of time. Memory: all of them. */
  find(query?: ResultQuery): Promise<Result[]>;
  ids(): Promise<string[]>;
}

/** JSON with sorted keys at every level: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

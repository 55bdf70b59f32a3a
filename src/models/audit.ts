/**
 * The history of the model pointers as a set that only grows. What a pointer stands at is a function of that set (the
 * greatest row), so machines that exchange their rows in any order agree on every pointer.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { StateDb } from '../state/database.ts';

export const POINTERS = ['production', 'candidate'] as const;
export type Pointer = (typeof POINTERS)[number];

export const CONFIG_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
export const MODEL_HASH = /^[0-9a-f]{64}$/;

export const AuditRowSchema = z.object({
  /** SHA-256 over all other fields, hex. */
  id: z.string().regex(MODEL_HASH),
  config: z.string().regex(CONFIG_NAME),
  pointer: z.enum(POINTERS),
  hash: z.string().regex(MODEL_HASH),
  /** What the pointer stood at before; null the first time. */
  previous: z.string().regex(MODEL_HASH).nullable(),
  /** One more than any generation of this pointer seen here: orders rows without trusting clocks. */
  generation: z.int().min(1),
  /** Milliseconds since 1970. */
  at: z.int(),
  host: z.string(),
  /** Who moved it: `rr promote`, `rr train`, a person. */
  actor: z.string(),
  reason: z.string(),
  /** JSON object: the numbers the decision rests on. */
  detail: z.string(),
});
export type AuditRow = z.infer<typeof AuditRowSchema>;

export function makeAuditRow(fields: Omit<AuditRow, 'id'>): AuditRow {
  const { config, pointer, hash, previous, generation, at, host, actor, reason, detail } = fields;
  const content = JSON.stringify([config, pointer, hash, previous, generation, at, host, actor, reason, detail]);
  return { id: createHash('sha256').update(content).digest('hex'), ...fields };
}

/** True when the id is that of the contents: a row from another machine has to pass. */
export const isGenuineAudit = ({ id, ...fields }: AuditRow): boolean => makeAuditRow(fields).id === id;

/** Adds what is new; returns how many were. */
export function addAuditRows(state: StateDb, rows: readonly AuditRow[]): number {
  return state.transaction(() => {
    let added = 0;
    for (const row of rows) {
      added += state.run(
        'INSERT OR IGNORE INTO model_audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        ...[row.id, row.config, row.pointer, row.hash, row.previous, row.generation],
        ...[row.at, row.host, row.actor, row.reason, row.detail],
      );
    }
    return added;
  });
}

/** Oldest first. */
export const auditRows = (state: StateDb, config?: string): AuditRow[] =>
  state
    .all(
      'SELECT * FROM model_audit WHERE config = coalesce(?, config) ORDER BY config, pointer, generation, at, id',
      config ?? null,
    )
    .map((row) => AuditRowSchema.parse(row));

/** The row a pointer follows: highest generation, then latest, then greatest id. */
export function winningRow(state: StateDb, config: string, pointer: Pointer): AuditRow | undefined {
  const row = state.get(
    'SELECT * FROM model_audit WHERE config = ? AND pointer = ? ORDER BY generation DESC, at DESC, id DESC LIMIT 1',
    config,
    pointer,
  );
  return row && AuditRowSchema.parse(row);
}

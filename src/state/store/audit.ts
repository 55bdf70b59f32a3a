/**
 * The history of the model pointers as a set that only grows. What a pointer stands at is a function of that set (the
 * greatest row), so machines that exchange their rows in any order agree on every pointer.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Fence } from './lease.ts';

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
  /** Target of the pointer before; null the first time. */
  previous: z.string().regex(MODEL_HASH).nullable(),
  /** One more than any generation of this pointer seen here: orders rows without trusting clocks. */
  generation: z.int().min(1),
  /** Milliseconds since 1970. */
  at: z.int(),
  host: z.string(),
  /** Mover: `rr promote`, `rr train`, a person. */
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

export interface Audit {
  /** Adds what is new; returns how many were. */
  add(rows: readonly AuditRow[]): Promise<number>;
  /**
   * Adds the row that `next` makes of the one the pointer follows now, and returns it. Given a fence, only while its
   * lease is held. @throws RrError LEASE_LOST, and what `next` throws
   */
  append(
    config: string,
    pointer: Pointer,
    next: (last: AuditRow | undefined) => AuditRow,
    fence?: Fence,
  ): Promise<AuditRow>;
  /** Oldest first. */
  rows(config?: string): Promise<AuditRow[]>;
  /** The row a pointer follows: highest generation, then latest, then greatest id. */
  winner(config: string, pointer: Pointer): Promise<AuditRow | undefined>;
}

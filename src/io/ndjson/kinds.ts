/**
 * The open registry of record types. A kind is a type name and a check; a reader validates the kinds it was given and
 * passes every other type through untouched. Fields that a schema does not name are kept (use z.looseObject).
 */
import * as z from 'zod';

/** Any record: an object with a type. */
export type AnyRecord = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Either the checked value or what is wrong with it, in one line. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string };

export interface RecordKind<T = unknown> {
  readonly type: string;
  /** Cost: once per record of this type. */
  readonly check: (value: AnyRecord) => Checked<T>;
}

/** A kind checked by a zod schema. */
export function recordKind<T>(type: string, schema: z.ZodType<T>): RecordKind<T> {
  return {
    type,
    check(value) {
      const result = schema.safeParse(value);
      return result.success ? { ok: true, value: result.data } : { ok: false, detail: zodDetail(result.error) };
    },
  };
}

/** A kind checked by hand, for records so large or so many that zod would dominate. `check` throws to refuse. */
export function checkedKind<T>(type: string, check: (value: AnyRecord) => T): RecordKind<T> {
  return {
    type,
    check(value) {
      try {
        return { ok: true, value: check(value) };
      } catch (error) {
        return { ok: false, detail: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

/** The first complaint with its path: `moves[3].player: expected number`. */
export function zodDetail(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'invalid';
  const path = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  const message = issue.message.replace(/^Invalid input: /, '').replace(/^Too (small|big): /, '');
  return path === '' ? message : `${path.replace(/^\./, '')}: ${message}`;
}

export const headerKind = recordKind(
  'header',
  z.looseObject({
    type: z.literal('header'),
    schema: z.int().min(1),
    command: z.string(),
    rr: z.string().optional(),
    config: z.string().optional(),
    seed: z.number().optional(),
    model: z.string().optional(),
    rules: z.string().optional(),
    encoder: z.string().optional(),
    policy: z.string().optional(),
    shard: z.string().optional(),
  }),
);

export const summaryKind = recordKind(
  'summary',
  z.looseObject({ type: z.literal('summary'), command: z.string().optional() }),
);

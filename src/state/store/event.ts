/**
 * An event: a fact that does not change any more. Its id is made of its type and of the fields that name its subject, so
 * the same fact recorded twice, or on two machines, is one row; whoever notes it first says the rest.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { EVENT_TYPES, type EventFacts, type EventType } from './event-types.ts';
import { canonicalJson } from './results.ts';

export const EventSchema = z.object({
  /** SHA-256, hex. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  type: z.string().regex(/^[a-z][a-z_]{0,63}$/),
  /** When it happened, by the clock of the machine where it did. Milliseconds since 1970. */
  at: z.int(),
  host: z.string().max(255),
  config: z.string().max(64).nullable(),
  /** Ties the events of one pass together: RR_TRACE_ID. */
  trace: z.string().max(64).nullable(),
  /** JSON object: the fields of the type. */
  detail: z.string().max(65_536),
});
export type Event = z.infer<typeof EventSchema>;

/** As a store keeps it: numbered as it arrived here. Cursors count these numbers, never clocks. */
export interface StoredEvent extends Event {
  readonly arrival: number;
}

export interface NewEvent<T extends EventType> {
  readonly type: T;
  readonly at: number;
  readonly host: string;
  readonly config?: string | undefined;
  readonly trace?: string | undefined;
  readonly facts: EventFacts<T>;
}

export function makeEvent<T extends EventType>({ type, at, host, config, trace, facts }: NewEvent<T>): Event {
  const detail: Readonly<Record<string, unknown>> = EVENT_TYPES[type].facts.parse(facts);
  return {
    ...{ id: idOf(type, EVENT_TYPES[type].keys, detail), type, at, host },
    ...{ config: config ?? null, trace: trace ?? null, detail: canonicalJson(detail) },
  };
}

/** The id that an event of this type has, from the fields that name its subject. */
export const eventId = (type: EventType, subject: Readonly<Record<string, unknown>>): string =>
  idOf(type, EVENT_TYPES[type].keys, subject);

const idOf = (type: string, keys: readonly string[], facts: Readonly<Record<string, unknown>>): string =>
  createHash('sha256')
    .update(canonicalJson([type, ...keys.map((key) => facts[key] ?? null)]))
    .digest('hex');

/** True when an event of another machine has the fields of its type and the id that they give. */
export function isGenuineEvent(event: Event): boolean {
  if (!isEventType(event.type)) return false;
  let facts: unknown;
  try {
    facts = JSON.parse(event.detail);
  } catch {
    return false;
  }
  const { keys, facts: schema } = EVENT_TYPES[event.type];
  const parsed = schema.safeParse(facts);
  return parsed.success && idOf(event.type, keys, parsed.data) === event.id;
}

export const isEventType = (name: string): name is EventType => Object.hasOwn(EVENT_TYPES, name);

/** The fields of an event of this type, or undefined for another one. */
export function factsOf<T extends EventType>(event: Event, type: T): EventFacts<T> | undefined {
  if (event.type !== type) return undefined;
  const parsed = EVENT_TYPES[type].facts.safeParse(JSON.parse(event.detail));
  return parsed.success ? (parsed.data as EventFacts<T>) : undefined;
}

/** One from the future, by a wrong clock, counts as now. */
export const timeOf = ({ at }: Event, nowMs: number): number => Math.min(at, nowMs);

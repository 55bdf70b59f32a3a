/** The log of events: a set that grows, numbered by arrival. */
import type { Event, StoredEvent } from './event.ts';

export interface EventQuery {
  readonly types?: readonly string[] | undefined;
  readonly config?: string | undefined;
  /** Only those that arrived after this number. */
  readonly after?: number | undefined;
  /** Only so many, the newest; the order stays. */
  readonly newest?: number | undefined;
}

export interface Events {
  /** Adds what is new; returns how many were. */
  add(events: readonly Event[]): Promise<number>;
  /** In order of arrival. */
  find(query?: EventQuery): Promise<StoredEvent[]>;
  ids(): Promise<string[]>;
  /** Which of these ids are not here. */
  lacking(ids: readonly string[]): Promise<Set<string>>;
  /** Forgets events that happened before a time; returns how many. */
  forget(beforeMs: number): Promise<number>;
}

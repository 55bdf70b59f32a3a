/** Events as rows of `events`. */
import { type Event, EventSchema, type StoredEvent } from '../store/event.ts';
import type { EventQuery, Events } from '../store/events.ts';
import type { StateFile } from './file.ts';

export class SqliteEvents implements Events {
  readonly #file: StateFile;

  constructor(file: StateFile) {
    this.#file = file;
  }

  async add(events: readonly Event[]): Promise<number> {
    return this.#file.transaction(() => insertEvents(this.#file, events));
  }

  async find({ types, config, after = 0, newest }: EventQuery = {}): Promise<StoredEvent[]> {
    const found = this.#file
      .rows(
        'events',
        `arrival > ? AND config IS coalesce(?, config) AND (? IS NULL OR type IN (SELECT value FROM json_each(?)))`,
        ...[after, config ?? null, types ? 1 : null, JSON.stringify(types ?? [])],
      )
      .map((row) => ({ ...EventSchema.parse(row), arrival: Number(row.arrival) }))
      .sort((a, b) => a.arrival - b.arrival);
    return newest === undefined ? found : found.slice(Math.max(0, found.length - newest));
  }

  async ids(): Promise<string[]> {
    return this.#file
      .rows('events')
      .map(({ id }) => String(id))
      .sort();
  }

  async lacking(ids: readonly string[]): Promise<Set<string>> {
    const here = new Set(await this.ids());
    return new Set(ids.filter((id) => !here.has(id)));
  }

  async forget(beforeMs: number): Promise<number> {
    return this.#file.run('DELETE FROM events WHERE at < ?', beforeMs);
  }
}

/** To be called inside the transaction that writes what the events tell of. Returns how many were new. */
export function insertEvents(file: StateFile, events: readonly (Event | undefined)[]): number {
  let added = 0;
  for (const event of events) {
    if (event === undefined) continue;
    const { id, type, at, host, config, trace, detail } = event;
    added += file.run(
      'INSERT OR IGNORE INTO events (id, type, at, host, config, trace, detail) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[id, type, at, host, config, trace, detail],
    );
  }
  return added;
}

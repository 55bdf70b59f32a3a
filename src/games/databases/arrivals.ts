/**
 * Which games of a database are new to somebody: by the order in which they arrived, never by a clock. A game that another
 * host finished yesterday and that came a minute ago arrived a minute ago.
 */
import { type CursorName, GameStore } from '../store/store.ts';
import { databaseKind } from './kind.ts';

/** Arrival numbers above `after`, up to `until`. */
export interface ArrivalRange {
  readonly after: number;
  readonly until: number;
}

/** What was asked of one database of ours, fixed at one instant: games that come later are not part of it. */
export interface Reading extends ArrivalRange {
  readonly path: string;
  /** Name of the file that the numbers belong to; empty for one of the first schema. */
  readonly store: string;
}

export interface Asked {
  readonly after?: number | undefined;
  readonly until?: number | undefined;
  /** Games that this reader has not read. */
  readonly newFor?: CursorName | undefined;
}

/** undefined for a database of upstream's, whose games have no numbers. @throws RrError of opening it */
export async function readingOf(path: string, { after = 0, until, newFor }: Asked = {}): Promise<Reading | undefined> {
  if ((await databaseKind(path)) !== 'rr') return undefined;
  const store = await GameStore.openReadOnly(path);
  try {
    const last = store.lastArrival;
    const from = newFor === undefined ? after : store.cursor(newFor);
    return {
      path,
      store: store.identity,
      // an older copy of the file may have taken its place
      after: Math.min(from, last),
      until: Math.min(until ?? last, last),
    };
  } finally {
    store.close();
  }
}

/** Writes down that a reader has read what it asked for. `now`: ISO-8601. */
export function markRead({ path, until }: Reading, reader: CursorName, now: string): void {
  const store = GameStore.open(path);
  try {
    store.moveCursor(reader, until, now);
  } finally {
    store.close();
  }
}

/**
 * The number after which games are new to somebody who read up to `until` in the store of that name; 0 in another store, where
 * the numbers mean other games.
 */
export const continued = (read: { readonly store: string; readonly until: number }, store: string): number =>
  read.store === store || read.store === '' ? read.until : 0;

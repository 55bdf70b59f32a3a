/** Rows of another machine: taken when their ids are those of their contents and their numbers are possible. */

import { type Audit, type AuditRow, isGenuineAudit, type Pointer } from '../../state/store/audit.ts';
import { type Event, isEventType, isGenuineEvent } from '../../state/store/event.ts';
import { isGenuine, type Result } from '../../state/store/results.ts';

/** Moves of a pointer that this machine may have missed. A number without bound would block the pointer for good. */
const MAX_MISSED_MOVES = 10_000;
/** A clock may be ahead; a row of next year would win over everything until then. Milliseconds. */
const MAX_AHEAD_MS = 24 * 3_600_000;
/** Longest text of a row, characters. */
const MAX_TEXT = 1 << 20;

export interface Sifted<T> {
  readonly good: readonly T[];
  readonly refused: number;
}

const sift = <T>(rows: readonly T[], isGood: (row: T) => boolean): Sifted<T> => {
  const good = rows.filter(isGood);
  return { good, refused: rows.length - good.length };
};

const isPast = (at: number, nowMs: number): boolean => at >= 0 && at <= nowMs + MAX_AHEAD_MS;

export const siftResults = (rows: readonly Result[], nowMs: number): Sifted<Result> =>
  sift(rows, (row) => isPast(row.at, nowMs) && row.record.length <= MAX_TEXT && isGenuine(row));

export async function siftAudit(audit: Audit, rows: readonly AuditRow[], nowMs: number): Promise<Sifted<AuditRow>> {
  const limits = new Map<string, number>();
  for (const { config, pointer } of rows) {
    const name = `${config}/${pointer}`;
    if (limits.has(name)) continue;
    limits.set(name, ((await audit.winner(config, pointer))?.generation ?? 0) + MAX_MISSED_MOVES);
  }
  return sift(rows, (row) => {
    const { config, pointer, generation, at, host, actor, reason, detail } = row;
    const isShort = [host, actor, reason, detail].every(({ length }) => length <= MAX_TEXT);
    return (
      isPast(at, nowMs) && generation <= (limits.get(`${config}/${pointer}`) ?? 0) && isShort && isGenuineAudit(row)
    );
  });
}

/** Of types that this version does not know nothing is taken, and nothing is wrong with them. */
export function siftEvents(events: readonly Event[]): Sifted<Event> {
  const known = events.filter(({ type }) => isEventType(type));
  return sift(known, (event) => event.at >= 0 && isGenuineEvent(event));
}

/** Moves of the pointers that the sender is trusted with. */
export const trusted = (rows: readonly AuditRow[], pointers: readonly Pointer[]): AuditRow[] =>
  rows.filter(({ pointer }) => pointers.includes(pointer));

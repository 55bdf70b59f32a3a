/** An instant for people, in UTC to the minute: `2026-11-22 08:18`. Milliseconds, or ISO 8601 text. */
export const timeText = (at: number | string): string =>
  (typeof at === 'number' ? new Date(at).toISOString() : at).slice(0, 16).replace('T', ' ');

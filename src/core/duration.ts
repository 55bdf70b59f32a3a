/** Lengths of time as people write them: `90s`, `30m`, `2h`, `7d`. */

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds; undefined for what is no length of time. */
export function durationMs(text: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text.trim());
  const unit = UNITS[parts?.[2] ?? ''];
  return parts && unit !== undefined ? Math.round(Number(parts[1]) * unit) : undefined;
}

/** The largest unit that leaves two digits: `45 s`, `12 min`, `5 h`, `3 days`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 72 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** What `rr doctor` finds out, one finding per thing looked at. */

/** What a machine may be wanted for; a finding is bad only if something wanted needs it. */
export const PURPOSES = ['play', 'selfplay', 'train', 'gpu', 'remote'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What nobody named means: everything that runs on one machine without a graphics card. */
export const USUAL_PURPOSES: readonly Purpose[] = ['play', 'selfplay', 'train'];

export interface Finding {
  /** `sqlite`, `onnxruntime`, `provider cuda` … */
  readonly check: string;
  /** `note`: worth knowing, or missing and not needed. `broken`: does not work. */
  readonly status: 'ok' | 'note' | 'broken';
  /** What was found, in one line. */
  readonly found: string;
  /** The one command or action that fixes it. */
  readonly fix?: string;
  /** Who needs it; nobody when left out. */
  readonly neededFor?: readonly Purpose[];
}

/** The finding as it counts for these purposes: broken things that none of them needs are notes. */
export function judged(finding: Finding, purposes: readonly Purpose[]): Finding {
  const needed = finding.neededFor?.some((purpose) => purposes.includes(purpose)) ?? false;
  return finding.status === 'broken' && !needed ? { ...finding, status: 'note' } : finding;
}

/** First line of whatever was thrown. */
export const reasonOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0]?.trim() ?? '';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** `12.3 GB` */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${UNITS[unit]}`;
}

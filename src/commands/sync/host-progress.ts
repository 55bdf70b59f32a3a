/** Progress of each machine as lines for the live display. */

import { formatNumber } from '../../core/format.ts';
import { formatDuration } from '../cli/progress.ts';

interface Entry {
  total: number;
  moved: number;
  startMs: number;
  ended: boolean;
}

export class HostProgress {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: () => number;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  plan(host: string, bytes: number): void {
    this.#entries.set(host, { total: bytes, moved: 0, startMs: this.#clock(), ended: false });
  }

  add(host: string, bytes: number): void {
    const entry = this.#entries.get(host);
    if (entry) entry.moved += bytes;
  }

  end(host: string): void {
    const entry = this.#entries.get(host);
    if (entry) entry.ended = true;
  }

  get done(): number {
    return [...this.#entries.values()].filter((entry) => entry.ended).length;
  }

  get megabytes(): number {
    return [...this.#entries.values()].reduce((sum, entry) => sum + entry.moved, 0) / 1e6;
  }

  /** `120/480 MB  25%  32 MB/s  ETA 11s`; totals of games are estimates, so the share stops at 99 %. */
  line(host: string): string {
    const entry = this.#entries.get(host);
    if (!entry || entry.total === 0) return '';
    const { total, moved, startMs } = entry;
    const rate = moved / Math.max(1e-3, (this.#clock() - startMs) / 1000);
    const left = rate > 0 ? `  ETA ${formatDuration(Math.max(0, total - moved) / rate)}` : '';
    const megabytes = (bytes: number): string => formatNumber(Math.round(bytes / 1e5) / 10);
    const share = Math.min(99, Math.floor((100 * moved) / total));
    return `${megabytes(moved)}/${megabytes(total)} MB  ${share}%  ${megabytes(rate)} MB/s${left}`;
  }
}

/**
 * Progress on stderr: a line redrawn in place on a terminal, a plain line now and then otherwise, JSON lines with
 * --log-json. Work that is over within two seconds shows nothing.
 */

import { formatNumber } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import type { liveLines } from './live-lines.ts';
import { type ProgressSnapshot, ProgressState, type Work } from './progress-state.ts';

export type { ProgressSnapshot, Work } from './progress-state.ts';

/** Nothing is shown before this much work. Milliseconds. */
const QUIET_MS = 2000;
/** How often a terminal is redrawn and a log line written. Milliseconds. */
const LIVE_MS = 100;
const PLAIN_MS = 5000;

/** `none`: nothing but what log() is given. */
export type ProgressStyle = 'live' | 'plain' | 'json' | 'none';

/** What drawing needs of stderr. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressOptions {
  readonly style: ProgressStyle;
  readonly color: boolean;
  /** Further lines below the first in the live display, such as results by seat. */
  readonly details?: (snapshot: ProgressSnapshot) => readonly string[];
  readonly stream?: ProgressStream;
  /** Milliseconds; a test sets its own. */
  readonly clock?: () => number;
}

/** The libraries that fit lines to a terminal take their time to load, and most commands show nothing. */
const loadLiveLines = async (): Promise<typeof liveLines> => (await import('./live-lines.ts')).liveLines;

/** Shows one piece of work. Call `update` as often as you like and `finish` once, whatever happens. */
export class Progress {
  readonly #state: ProgressState;
  readonly #options: ProgressOptions;
  readonly #stream: ProgressStream;
  readonly #clock: () => number;
  readonly #timer: NodeJS.Timeout;
  readonly #startMs: number;
  #drawnLines = 0;
  #shown = false;
  #lastMs: number;
  #fit: typeof liveLines | undefined;
  /** Resolves when a live display can be drawn. */
  readonly ready: Promise<void>;

  constructor(work: Work, options: ProgressOptions) {
    this.#options = options;
    this.#stream = options.stream ?? process.stderr;
    this.#clock = options.clock ?? (() => performance.now());
    this.#startMs = this.#clock();
    this.#lastMs = this.#startMs;
    this.#state = new ProgressState(work, this.#startMs);
    this.#timer = setInterval(() => this.tick(), options.style === 'live' ? LIVE_MS : 500);
    this.#timer.unref();
    this.ready = options.style === 'live' ? this.#prepare() : Promise.resolve();
  }

  async #prepare(): Promise<void> {
    this.#fit = await loadLiveLines();
  }

  /** Sets how many units are done. */
  update(done: number): void {
    this.#state.set(done, this.#clock());
  }

  add(units = 1): void {
    this.update(this.#state.done + units);
  }

  /** A further number worth seeing; undefined takes it away again. */
  extra(name: string, value: string | number | undefined): void {
    this.#state.extra(name, value);
  }

  snapshot(): ProgressSnapshot {
    return this.#state.snapshot(this.#clock());
  }

  /** Draws if it is time to; the timer calls it, and tests do. */
  tick(): void {
    const now = this.#clock();
    if (now - this.#startMs < QUIET_MS) return;
    const live = this.#options.style === 'live';
    if (live && !this.#fit) return;
    const every = live ? LIVE_MS : PLAIN_MS;
    if (this.#shown && now - this.#lastMs < every) return;
    this.#lastMs = now;
    this.#draw(this.#state.snapshot(now));
  }

  /** Writes a line above the display without tearing it. */
  log(line: string): void {
    this.#erase();
    const { style } = this.#options;
    this.#stream.write(
      `${style === 'json' ? JSON.stringify({ type: 'log', message: printable(line) }) : printable(line)}\n`,
    );
  }

  /** The last state, left standing if anything was ever shown. */
  finish(): void {
    clearInterval(this.#timer);
    if (!this.#shown && this.#clock() - this.#startMs < QUIET_MS) return;
    this.#draw(this.#state.snapshot(this.#clock()));
    this.#drawnLines = 0;
  }

  #draw(snapshot: ProgressSnapshot): void {
    this.#shown = true;
    const { style, color, details } = this.#options;
    if (style === 'none') return;
    if (style === 'json') {
      this.#stream.write(`${JSON.stringify({ type: 'progress', ...snapshot })}\n`);
      return;
    }
    // a live display that never got to draw ends with a plain line
    if (!this.#fit) {
      this.#stream.write(`${progressLine(snapshot)}\n`);
      return;
    }
    // A terminal that does not know its width says 0.
    const width = Math.max(20, (this.#stream.columns || 80) - 1);
    const lines = this.#fit(progressLine(snapshot), (details?.(snapshot) ?? []).map(printable), { color, width });
    this.#erase();
    this.#stream.write(`${lines.join('\n')}\n`);
    this.#drawnLines = lines.length;
  }

  /** Up to the first line of what was drawn, and everything below it cleared. */
  #erase(): void {
    if (this.#drawnLines > 0) this.#stream.write(`\u001b[${this.#drawnLines}A\u001b[0J`);
    this.#drawnLines = 0;
  }
}

/** `playing hex8_2p  120/200 games  60%  35.2 games/s  ETA 2s  plies/s 3,100`. */
export function progressLine(snapshot: ProgressSnapshot): string {
  const { label, unit, done, total, rate, etaSeconds, elapsedSeconds, extras } = snapshot;
  const amount =
    total === undefined ? `${formatNumber(done)} ${unit}` : `${formatNumber(done)}/${formatNumber(total)} ${unit}`;
  const parts = [label, amount];
  if (total !== undefined && total > 0) parts.push(`${Math.floor((100 * done) / total)}%`);
  parts.push(`${formatNumber(rate)} ${unit}/s`);
  parts.push(etaSeconds === undefined ? formatDuration(elapsedSeconds) : `ETA ${formatDuration(etaSeconds)}`);
  for (const [name, value] of Object.entries(extras)) {
    parts.push(`${name} ${typeof value === 'number' ? formatNumber(value) : value}`);
  }
  return parts.join('  ');
}

/** `59s`, `12m 04s`, `3h 07m`, `2d 05h`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h ${two((whole % 3600) / 60)}m`;
  return `${Math.floor(whole / 86_400)}d ${two((whole % 86_400) / 3600)}h`;
}

/** The style that fits where stderr goes. */
export function progressStyle(logJson: boolean, stream: ProgressStream = process.stderr): ProgressStyle {
  if (logJson) return 'json';
  return stream.isTTY === true ? 'live' : 'plain';
}

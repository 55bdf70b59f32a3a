/**
 * Processor time of a process whose number stands in a file, as runStageProcess leaves it: looked up twice a second and
 * kept in a file, so that it adds up over interruptions. On Linux; elsewhere it is not known.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const EVERY_MS = 500;
/** Ticks per second of the figures in /proc, the same on every architecture. */
const TICKS = 100;

export class CpuTime {
  #now: number | undefined;
  readonly #before: number;
  readonly #running: string;
  readonly #kept: string;
  readonly #timer: NodeJS.Timeout;

  constructor(running: string, kept: string) {
    this.#running = running;
    this.#kept = kept;
    this.#before = existsSync(kept) ? Number(readFileSync(kept, 'utf8')) : 0;
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
    this.#timer.unref();
  }

  /** Seconds of all attempts so far; undefined when nothing could be seen. */
  get seconds(): number | undefined {
    return this.#now === undefined ? undefined : this.#before + this.#now;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const seconds = cpuSecondsOf(this.#running);
    if (seconds === undefined) return;
    this.#now = seconds;
    writeFileSync(this.#kept, String(this.#before + seconds));
  }
}

function cpuSecondsOf(running: string): number | undefined {
  try {
    const [pid = ''] = readFileSync(running, 'utf8').split(' ');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the second field is a name in parentheses that may hold anything; user and system time are the 14th and 15th
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return undefined;
  }
}

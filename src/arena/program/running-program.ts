/** One started program: lines in and out, its last words, and its end together with everything it started. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResultPromise } from 'execa';
import { after } from '../../io/timer.ts';
import { LineQueue } from './line-queue.ts';
import { ProgramFault } from './program-fault.ts';

/** Time a program has to leave by itself. Milliseconds. */
const LEAVE_MS = 500;

/** Time for what it wrote before its end to arrive. Milliseconds. */
const LAST_WORDS_MS = 200;

/** How much of stderr is kept, and of that how much is told. Characters. */
const STDERR_KEPT = 4096;
const STDERR_TOLD = 200;

const OPTIONS = {
  shell: true,
  stdin: 'pipe',
  buffer: false,
  reject: false,
  cleanup: false,
  // a group of its own, so that the shell and what it started can be ended together
  detached: process.platform !== 'win32',
} as const;
type Child = ResultPromise<typeof OPTIONS>;

type Outcome = { readonly line: string } | { readonly fault: ProgramFault };

export class RunningProgram {
  readonly #child: Child;
  readonly #lines = new LineQueue();
  #stderr = '';
  /** Why no further line comes, once none does. */
  #fault: ProgramFault | undefined;
  #hasEnded = false;
  #waiting: ((outcome: Outcome) => void) | undefined;

  private constructor(child: Child) {
    this.#child = child;
    // writing to a program that has ended is noticed by its silence
    child.stdin.on('error', () => {});
    child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    child.stdout.on('error', () => this.#ended());
    child.stdout.on('end', () => this.#ended());
    child.stderr.on('error', () => {});
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
  }

  /** Starts a command line by the shell. */
  static async start(command: string): Promise<RunningProgram> {
    // takes its time to load, and most matches need no program
    const { execa } = await import('execa');
    return new RunningProgram(execa(command, OPTIONS));
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Exit status of the shell; undefined while it runs, and when a signal ended it. */
  get status(): number | undefined {
    return this.#child.nodeChildProcess.exitCode ?? undefined;
  }

  send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** The next line. @throws ProgramFault when none comes in time, the program has ended, or it writes without bound */
  async line(ms: number): Promise<string> {
    const outcome = await this.#next(ms);
    if ('fault' in outcome) throw outcome.fault;
    return outcome.line;
  }

  #next(ms: number): Promise<Outcome> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve({ line });
    if (this.#fault) return Promise.resolve({ fault: this.#fault });
    return new Promise((resolve) => {
      const cancel = after(ms, () => this.#hand({ fault: new ProgramFault(`gave no answer within ${ms / 1000} s`) }));
      this.#waiting = (outcome) => {
        cancel();
        resolve(outcome);
      };
    });
  }

  #receive(chunk: Buffer): void {
    if (this.#fault) return;
    try {
      this.#lines.add(chunk);
    } catch (error) {
      if (!(error instanceof ProgramFault)) throw error;
      this.#fail(error);
    }
    const line = this.#waiting && this.#lines.shift();
    if (line !== undefined) this.#hand({ line });
  }

  #ended(): void {
    this.#hasEnded = true;
    this.#fail(new ProgramFault('ended'));
  }

  #fail(fault: ProgramFault): void {
    this.#fault ??= fault;
    this.#hand({ fault: this.#fault });
  }

  #hand(outcome: Outcome): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(outcome);
  }

  /** Ends it and everything it started. Returns how it ended, if by itself, and its last line on stderr; '' for neither. */
  async end(): Promise<string> {
    const { nodeChildProcess: child, pid } = this.#child;
    if (pid === undefined) return '';
    const byItself = this.#hasEnded;
    const left = child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : once(child, 'exit');
    const closed = once(child, 'close');
    this.#child.stdin.end();
    let forced = false;
    const cancel = after(LEAVE_MS, () => {
      forced = true;
      killGroup(pid);
    });
    // when the shell has ended, not when everything that holds its stdout has
    await left;
    cancel();
    // what the shell started and left behind
    killGroup(pid);
    if (byItself) await Promise.race([closed, sleep(LAST_WORDS_MS)]);
    return [byItself && !forced ? wayOut(child) : '', lastWords(this.#stderr)].join('');
  }
}

const wayOut = ({ exitCode, signalCode }: { exitCode: number | null; signalCode: string | null }): string =>
  signalCode === null ? ` with exit status ${exitCode}` : ` by ${signalCode}`;

function lastWords(stderr: string): string {
  const last = stderr
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.trim();
  return last === undefined ? '' : `; its stderr ends in '${last.slice(0, STDERR_TOLD)}'`;
}

/** The shell and what it started. */
function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // already gone
  }
}

/** One running external program: asked line by line, with a clock, started again after it hung or died. */
import { once } from 'node:events';
import type { ResultPromise } from 'execa';
import { RrError } from '../../core/errors.ts';
import type { MoveList } from '../../engine/moves.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';
import { chooseMessage, helloMessage, type Reply, replySchema } from './protocol.ts';

/** Time to start and say `ready`, at least. Milliseconds. */
const START_MS = 15_000;

/** Starts in a row without a single answer after which the program is given up. */
const MOST_FAILED_STARTS = 3;

/** What a shell ends with when it cannot start a program or finds none of that name (POSIX, 2.8.2). */
const NO_PROGRAM: ReadonlySet<number> = new Set([126, 127]);

/** What the program did wrong, in words. */
export class ProgramFault extends Error {
  override readonly name = 'ProgramFault';
}

const OPTIONS = {
  shell: true,
  stdin: 'pipe',
  stderr: 'ignore',
  buffer: false,
  reject: false,
  cleanup: false,
  // a group of its own, so that the shell and what it started can be ended together
  detached: process.platform !== 'win32',
} as const;
type Child = ResultPromise<typeof OPTIONS>;

interface Running {
  readonly child: Child;
  /** Lines that nobody has waited for yet. */
  readonly lines: string[];
  /** Called with the next line, or with nothing when the program has ended. */
  waiting: ((line: string | undefined) => void) | undefined;
  ended: boolean;
}

export class ProgramProcess {
  readonly #rules: Rules;
  readonly #command: string;
  readonly #moveMs: number;
  #running: Running | undefined;
  #questions = 0;
  #failedStarts = 0;

  constructor(rules: Rules, command: string, seconds: number) {
    this.#rules = rules;
    this.#command = command;
    this.#moveMs = seconds * 1000;
  }

  /**
   * Index of the chosen move.
   * @throws ProgramFault for whatever forfeits the game, RrError PROGRAM_MISSING, PROGRAM_UNUSABLE when it cannot even be started
   */
  async choose(state: State, legal: MoveList): Promise<number> {
    const running = await this.#started();
    const id = ++this.#questions;
    send(running, chooseMessage(id, state, legal, this.#moveMs));
    const reply = await this.#reply(running, this.#moveMs);
    if (reply.type !== 'move' || reply.id !== id) {
      throw await this.#fault(`answered '${JSON.stringify(reply).slice(0, 80)}' to question ${id}`);
    }
    if (reply.index < 0 || reply.index >= legal.length) {
      throw await this.#fault(`chose move ${reply.index} of ${legal.length}: illegal`);
    }
    this.#failedStarts = 0;
    return reply.index;
  }

  async close(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (!running) return;
    send(running, { type: 'quit' });
    await end(running);
  }

  async #started(): Promise<Running> {
    if (this.#running && !this.#running.ended) return this.#running;
    if (this.#failedStarts >= MOST_FAILED_STARTS) {
      throw new RrError('PROGRAM_UNUSABLE', { command: this.#command, times: this.#failedStarts });
    }
    this.#failedStarts++;
    const running = await start(this.#command);
    this.#running = running;
    send(running, helloMessage(this.#rules, this.#moveMs));
    const reply = await this.#reply(running, Math.max(START_MS, this.#moveMs)).catch((error: unknown) => {
      if (!NO_PROGRAM.has(running.child.nodeChildProcess.exitCode ?? 0)) throw error;
      throw new RrError('PROGRAM_MISSING', { command: this.#command }, { cause: error });
    });
    if (reply.type === 'ready') return running;
    throw await this.#fault(`answered '${reply.type}' to hello`);
  }

  async #reply(running: Running, ms: number): Promise<Reply> {
    const line = await nextLine(running, ms);
    if (line === 'late') throw await this.#fault(`gave no answer within ${ms / 1000} s`);
    if (line === undefined) throw await this.#fault('ended');
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw await this.#fault(`wrote a line that is not JSON: '${line.slice(0, 80)}'`);
    }
    const parsed = replySchema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw await this.#fault(`wrote something that is no reply: '${line.slice(0, 80)}'`);
  }

  /** After a fault nobody knows what the program thinks it was asked: it starts afresh. */
  async #fault(detail: string): Promise<ProgramFault> {
    const running = this.#running;
    this.#running = undefined;
    if (running) await end(running);
    return new ProgramFault(detail);
  }
}

async function start(command: string): Promise<Running> {
  // takes its time to load, and most matches need no program
  const { execa } = await import('execa');
  const child = execa(command, OPTIONS);
  const running: Running = { child, lines: [], waiting: undefined, ended: false };
  // writing to a program that has ended is noticed by its silence
  child.stdin.on('error', () => {});
  void listen(running);
  return running;
}

/** Hands the lines on as they come; the last thing handed on is that there are no more. */
async function listen(running: Running): Promise<void> {
  const hand = (line: string | undefined): void => {
    const { waiting } = running;
    running.waiting = undefined;
    if (waiting) waiting(line);
    else if (line !== undefined) running.lines.push(line);
  };
  for await (const line of running.child.iterable()) hand(line);
  running.ended = true;
  hand(undefined);
}

function send({ child }: Running, message: object): void {
  child.stdin.write(`${JSON.stringify(message)}\n`);
}

/** The next line; undefined when the program ended, `late` when the time is up. */
function nextLine(running: Running, ms: number): Promise<string | undefined> {
  const line = running.lines.shift();
  if (line !== undefined || running.ended) return Promise.resolve(line);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      running.waiting = undefined;
      resolve('late');
    }, ms);
    running.waiting = (next) => {
      clearTimeout(timer);
      resolve(next);
    };
  });
}

/** Time a program has to leave by itself. Milliseconds. */
const LEAVE_MS = 500;

async function end(running: Running): Promise<void> {
  const { child } = running;
  const { nodeChildProcess } = child;
  if (nodeChildProcess.exitCode !== null || nodeChildProcess.signalCode !== null || child.pid === undefined) return;
  // when the shell has ended, not when everything that holds its stdout has
  const gone = once(nodeChildProcess, 'exit');
  child.stdin.end();
  const force = setTimeout(() => kill(child), LEAVE_MS);
  await gone;
  clearTimeout(force);
}

/** The shell and what it started. */
function kill({ pid }: Child): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // gone already
  }
}

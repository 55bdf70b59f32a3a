/** An external program that is asked for moves: with a clock, and started again after it hung, died or cheated. */
import { RrError } from '../../core/errors.ts';
import type { MoveList } from '../../engine/moves.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';
import { ProgramFault } from './program-fault.ts';
import { chooseMessage, helloMessage, type Reply, replySchema } from './protocol.ts';
import { RunningProgram } from './running-program.ts';

/** Time to start and say `ready`, at least. Milliseconds. */
const START_MS = 15_000;

/** Starts in a row without `ready` after which the program is given up. */
const MAX_FAILED_STARTS = 3;

/** What a shell ends with when it cannot start a program or finds none of that name (POSIX, 2.8.2). */
const NO_PROGRAM: ReadonlySet<number | undefined> = new Set([126, 127]);

export class ProgramProcess {
  readonly #rules: Rules;
  readonly #command: string;
  readonly #moveMs: number;
  #running: RunningProgram | undefined;
  #questions = 0;
  #failedStarts = 0;
  #wasReady = false;

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
    const reply = await this.#ask(running, chooseMessage(id, state, legal, this.#moveMs), this.#moveMs);
    if (reply.type !== 'move' || reply.id !== id) {
      throw await this.#fault(running, `answered '${JSON.stringify(reply).slice(0, 80)}' to question ${id}`);
    }
    if (reply.index < 0 || reply.index >= legal.length) {
      throw await this.#fault(running, `chose move ${reply.index} of ${legal.length}: illegal`);
    }
    return reply.index;
  }

  async close(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.send({ type: 'quit' });
    await running?.end();
  }

  async #started(): Promise<RunningProgram> {
    if (this.#running && !this.#running.hasEnded) return this.#running;
    await this.#running?.end();
    if (this.#failedStarts >= MAX_FAILED_STARTS) {
      throw new RrError('PROGRAM_UNUSABLE', { command: this.#command, times: this.#failedStarts });
    }
    this.#failedStarts++;
    const running = await RunningProgram.start(this.#command);
    this.#running = running;
    const ms = Math.max(START_MS, this.#moveMs);
    const reply = await this.#ask(running, helloMessage(this.#rules, this.#moveMs), ms).catch((error: unknown) => {
      if (this.#wasReady || !NO_PROGRAM.has(running.status)) throw error;
      throw new RrError('PROGRAM_MISSING', { command: this.#command }, { cause: error });
    });
    if (reply.type !== 'ready') throw await this.#fault(running, `answered '${reply.type}' to hello`);
    this.#failedStarts = 0;
    this.#wasReady = true;
    return running;
  }

  async #ask(running: RunningProgram, message: object, ms: number): Promise<Reply> {
    running.send(message);
    try {
      return readReply(await running.line(ms));
    } catch (error) {
      throw error instanceof ProgramFault ? await this.#fault(running, error.message) : error;
    }
  }

  /** After a fault nobody knows what the program thinks it was asked: it starts afresh. */
  async #fault(running: RunningProgram, detail: string): Promise<ProgramFault> {
    this.#running = undefined;
    return new ProgramFault(detail + (await running.end()));
  }
}

/** @throws ProgramFault */
function readReply(line: string): Reply {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ProgramFault(`wrote a line that is not JSON: '${line.slice(0, 80)}'`);
  }
  const { success, data } = replySchema.safeParse(value);
  if (success) return data;
  throw new ProgramFault(`wrote something that is no reply: '${line.slice(0, 80)}'`);
}

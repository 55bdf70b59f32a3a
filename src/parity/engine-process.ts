/**
 * The other engine as a process: one line of JSON for each question, one for each answer.
 *
 *   to the engine:   {"type":"hello","protocol":1,"rules":"ringrift-1"}
 *                    {"type":"replay","id":"…","config":"hex8_2p","options":{…},"moves":[…full moves…]}
 *   from it:         {"type":"hello","engine":"name and version"}
 *                    {"type":"hashes","id":"…","hashes":["16 hex digits after each move", …]}
 *                    {"type":"error","id":"…","move":17,"message":"why it refuses the move"}   instead of hashes
 *
 * The engine's stderr passes through to ours.
 */
import type { ResultPromise } from 'execa';
import * as z from 'zod';
import { RrError } from '../core/errors.ts';

/** Longest wait for an answer. Milliseconds. */
const ANSWER_MS = 120_000;
/** Time an engine has to leave once nothing more is asked. Milliseconds. */
const LEAVE_MS = 2000;

const answerSchema = z.union([
  z.looseObject({ type: z.literal('hello'), engine: z.string() }),
  z.looseObject({ type: z.literal('hashes'), id: z.string(), hashes: z.array(z.string()) }),
  z.looseObject({ type: z.literal('error'), id: z.string(), move: z.int().min(0), message: z.string() }),
]);
export type Answer = z.infer<typeof answerSchema>;

type Child = ResultPromise<typeof OPTIONS>;
const OPTIONS = { stdin: 'pipe', stderr: 'inherit', buffer: false, reject: false, cleanup: false } as const;

export class EngineProcess {
  readonly #command: string;
  readonly #child: Child;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, child: Child) {
    this.#command = command;
    this.#child = child;
    this.#lines = child.iterable();
    // writing to an engine that has ended is noticed by its silence
    child.stdin.on('error', () => {});
  }

  /** Starts `command`, split at blanks (no shell). @throws RrError USAGE */
  static async start(command: string): Promise<EngineProcess> {
    const [program = '', ...args] = command.trim().split(/\s+/);
    if (program === '') throw new RrError('USAGE', { detail: '--against names no program' });
    // takes its time to load, and most checks of parity ask no other engine
    const { execa } = await import('execa');
    return new EngineProcess(command, execa(program, args, OPTIONS));
  }

  /** @throws RrError ENGINE_FAILED */
  async ask(message: object): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.failed(`no answer within ${ANSWER_MS / 1000} s`)), ANSWER_MS);
    });
    try {
      const { value, done } = await Promise.race([this.#lines.next(), late]);
      if (done) throw this.failed(await this.#whyEnded());
      const parsed = answerSchema.safeParse(parse(value));
      if (!parsed.success) throw this.failed(`not an answer of the protocol: ${String(value).slice(0, 80)}`);
      return parsed.data;
    } finally {
      clearTimeout(timer);
    }
  }

  stop(): void {
    this.#child.stdin.end();
    setTimeout(() => this.#child.kill(), LEAVE_MS).unref();
  }

  failed(detail: string): RrError {
    this.#child.kill();
    return new RrError('ENGINE_FAILED', { command: this.#command, detail });
  }

  async #whyEnded(): Promise<string> {
    const { exitCode, signal, code, originalMessage } = await this.#child;
    if (code === 'ENOENT') return 'there is no such program';
    const started = exitCode !== undefined || signal !== undefined;
    return started ? 'it ended before answering' : (originalMessage ?? 'it cannot be started');
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** The side of a sync that is a host behind ssh: talks to `rr sync agent` there, and believes nothing it says unchecked. */
import type { ClientChannel } from 'ssh2';
import * as z from 'zod';
import { RrError } from '../../../errors.ts';
import { splitLines } from '../../records/lines.ts';
import type { Session } from '../ssh/session.ts';
import { GREETING } from './agent.ts';
import { raiseFrom, WireError } from './failure.ts';
import { METHODS, type Method, type Params, type Result, type Side } from './methods.ts';

const Answer = z.object({ id: z.int(), result: z.unknown().optional(), error: WireError.optional() });

/** Lines that a login shell may print before the agent speaks. */
const MAX_NOISE = 100;
/** Longest silence before an answer. Hashing or merging a large store takes its time. Milliseconds. */
const ANSWER_MS = 30 * 60_000;
const START_MS = 60_000;

export class RemoteSide implements Side {
  readonly host: string;
  readonly #channel: ClientChannel;
  readonly #lines: AsyncGenerator<{ readonly text: string }>;
  #stderr = '';
  #next = 1;
  #busy: Promise<unknown> = Promise.resolve();

  /** @throws RrError HOST_COMMAND when there is no rr that answers, HOST_UNREACHABLE */
  static async start(session: Session): Promise<RemoteSide> {
    const { name, rr, data } = session.host;
    const side = new RemoteSide(name, await session.start([...rr, 'sync', 'agent', '--data', data]));
    await side.#greeting();
    return side;
  }

  private constructor(host: string, channel: ClientChannel) {
    this.host = host;
    this.#channel = channel;
    channel.on('error', () => {});
    channel.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-2000);
    });
    this.#lines = splitLines(channel, host);
  }

  async #greeting(): Promise<void> {
    for (let i = 0; i < MAX_NOISE; i++) {
      if ((await this.#line(START_MS)) === GREETING) return;
    }
    throw new RrError('HOST_PROTOCOL', { host: this.host, detail: 'rr does not answer on stdout' });
  }

  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    const answer = this.#busy.then(() => this.#ask(method, params));
    this.#busy = answer.catch(() => {});
    return answer;
  }

  async #ask<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    const id = this.#next++;
    this.#channel.write(`${JSON.stringify({ id, method, params })}\n`);
    const text = await this.#line(ANSWER_MS);
    const answer = Answer.safeParse(parseJson(text));
    if (!answer.success || answer.data.id !== id) throw this.#nonsense(method);
    if (answer.data.error) throw raiseFrom(this.host, answer.data.error);
    const result = METHODS[method].result.safeParse(answer.data.result);
    if (!result.success) throw this.#nonsense(`${method}: ${result.error.issues[0]?.message ?? 'invalid'}`);
    // the schema of this very method has checked it
    return result.data as Result<M>;
  }

  async #line(timeoutMs: number): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const detail = `no answer for ${timeoutMs / 1000} s`;
      timer = setTimeout(() => reject(new RrError('HOST_UNREACHABLE', { host: this.host, detail })), timeoutMs);
    });
    try {
      const { done, value } = await Promise.race([this.#lines.next(), late]);
      if (!done) return value.text;
    } finally {
      clearTimeout(timer);
    }
    const said = this.#stderr.trim().split('\n').at(-1) ?? '';
    if (said === '') throw new RrError('HOST_UNREACHABLE', { host: this.host, detail: 'the connection broke off' });
    throw new RrError('HOST_COMMAND', { host: this.host, detail: `rr there ended: ${said}` });
  }

  #nonsense(detail: string): RrError {
    return new RrError('HOST_PROTOCOL', { host: this.host, detail });
  }

  async close(): Promise<void> {
    this.#channel.end();
    this.#channel.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

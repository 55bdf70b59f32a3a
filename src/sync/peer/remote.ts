/** The side of a sync that is a host behind ssh: talks to `rr sync agent` there, and believes nothing it says unchecked. */
import type { Duplex, Readable } from 'node:stream';
import * as z from 'zod';
import type { Session } from '../../cluster/ssh/session.ts';
import { RrError } from '../../core/errors.ts';
import { GREETING } from './agent.ts';
import { printable, raiseFrom, WireError } from './failure.ts';
import type { FileItem } from './items.ts';
import {
  bytesOf,
  type Installed,
  METHODS,
  type Method,
  type Params,
  type Result,
  type Side,
  STREAMS,
  type UnpackParams,
} from './methods.ts';
import { Wire } from './wire.ts';

const Answer = z.object({ id: z.int(), result: z.unknown().optional(), error: WireError.optional() });

/** What a login shell may print before the agent speaks. Bytes. */
const MAX_NOISE = 1 << 16;
/** Longest silence before an answer. Hashing or merging a large store takes its time. Milliseconds. */
const ANSWER_MS = 30 * 60_000;
const START_MS = 60_000;
/** Longest pause in the middle of a file. Milliseconds. */
const SILENCE_MS = 120_000;

/** What carries the conversation: the channel of an ssh connection, or a pipe to an agent of this process. */
export interface AgentChannel extends Duplex {
  readonly stderr: Readable;
  close(): void;
}

export class RemoteSide implements Side {
  readonly host: string;
  readonly #channel: AgentChannel;
  readonly #wire: Wire;
  #stderr = '';
  #next = 1;
  #busy: Promise<void> = Promise.resolve();

  /** @throws RrError HOST_COMMAND when there is no rr that answers, HOST_UNREACHABLE */
  static async start(session: Session): Promise<RemoteSide> {
    const { name, rr, data } = session.host;
    return RemoteSide.over(name, await session.start([...rr, 'sync', 'agent', '--data', data]));
  }

  /** @throws RrError HOST_COMMAND, HOST_PROTOCOL, HOST_UNREACHABLE when no agent speaks on `channel` */
  static async over(host: string, channel: AgentChannel): Promise<RemoteSide> {
    const side = new RemoteSide(host, channel);
    await side.#greeting();
    return side;
  }

  constructor(host: string, channel: AgentChannel) {
    this.host = host;
    this.#channel = channel;
    channel.on('error', () => {});
    channel.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-2000);
    });
    this.#wire = new Wire(channel, host);
  }

  async #greeting(): Promise<void> {
    if (await this.#inTime(this.#wire.skipPast(GREETING, MAX_NOISE), START_MS)) return;
    const ended = this.#ended();
    if (ended.code === 'HOST_COMMAND') throw ended;
    throw new RrError('HOST_PROTOCOL', {
      host: this.host,
      detail: 'rr does not answer on stdout; a login shell may print there instead',
    });
  }

  async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    const release = await this.#turn();
    try {
      const id = this.#request(method, params);
      // the schema of this very method has checked it
      return (await this.#answer(id, method, METHODS[method].result)) as Result<M>;
    } finally {
      release();
    }
  }

  async *pack(items: readonly FileItem[]): AsyncGenerator<Uint8Array> {
    const release = await this.#turn();
    try {
      const { bytes } = await this.#answer(this.#request('pack', { items }), 'pack', STREAMS.pack.result);
      if (bytes !== bytesOf(items)) throw this.#nonsense(`pack: ${bytes} bytes`);
      const content = this.#wire.bytes(bytes);
      for (let left = bytes; left > 0; ) {
        const { done, value } = await this.#inTime(content.next(), SILENCE_MS);
        if (done) throw this.#ended();
        left -= value.length;
        yield value;
      }
    } finally {
      release();
    }
  }

  async unpack(
    params: UnpackParams,
    contents: (missing: readonly FileItem[]) => AsyncIterable<Uint8Array>,
  ): Promise<Installed> {
    const release = await this.#turn();
    try {
      const id = this.#request('unpack', params);
      const { missing } = await this.#answer(id, 'unpack', STREAMS.unpack.missing);
      const wanted = missing.flatMap((position) => params.items[position] ?? []);
      if (wanted.length < missing.length) throw this.#nonsense('unpack: asks for what it was not offered');
      try {
        for await (const piece of contents(wanted)) await this.#write(piece);
      } catch (error) {
        // the other end still waits for what is missing and would read the next request as that
        await this.close();
        throw error;
      }
      return await this.#answer(id, 'unpack', STREAMS.unpack.result);
    } finally {
      release();
    }
  }

  /** Resolves when what was begun before is over. */
  async #turn(): Promise<() => void> {
    const before = this.#busy;
    const mine = Promise.withResolvers<void>();
    this.#busy = mine.promise;
    await before;
    return mine.resolve;
  }

  #request(method: string, params: unknown): number {
    const id = this.#next++;
    this.#channel.write(`${JSON.stringify({ id, method, params })}\n`);
    return id;
  }

  async #answer<S extends z.ZodType>(id: number, method: string, schema: S): Promise<z.infer<S>> {
    const answer = Answer.safeParse(parseJson(await this.#line(ANSWER_MS)));
    if (!answer.success || answer.data.id !== id) throw this.#nonsense(method);
    if (answer.data.error) throw raiseFrom(this.host, answer.data.error);
    const result = schema.safeParse(answer.data.result);
    if (!result.success) throw this.#nonsense(`${method}: ${result.error.issues[0]?.message ?? 'invalid'}`);
    return result.data;
  }

  async #line(timeoutMs: number): Promise<string> {
    const line = await this.#inTime(this.#wire.line(), timeoutMs);
    if (line === undefined) throw this.#ended();
    return line;
  }

  /** Resolves when the piece is on its way and may be overwritten. */
  async #write(piece: Uint8Array): Promise<void> {
    const channel = this.#channel;
    if (!channel.writable) throw this.#ended();
    const { promise: gone, resolve } = Promise.withResolvers<boolean>();
    const closed = (): void => resolve(false);
    channel.once('close', closed);
    channel.write(piece, () => resolve(true));
    const sent = await this.#inTime(gone, SILENCE_MS);
    channel.off('close', closed);
    if (!sent) throw this.#ended();
  }

  async #inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const detail = `no answer for ${timeoutMs / 1000} s`;
      timer = setTimeout(() => reject(new RrError('HOST_UNREACHABLE', { host: this.host, detail })), timeoutMs);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Why there is nothing more to read. */
  #ended(): RrError {
    const said = printable(this.#stderr.trim().split('\n').at(-1) ?? '');
    return said === ''
      ? new RrError('HOST_UNREACHABLE', { host: this.host, detail: 'the connection broke off' })
      : new RrError('HOST_COMMAND', { host: this.host, detail: `rr there ended: ${said}` });
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

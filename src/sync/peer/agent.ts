/**
 * The far end of a sync, started by `rr sync agent` over ssh: one JSON request a line on stdin, one JSON answer a line
 * on stdout, in order, until stdin ends. Contents of small files stand as raw bytes behind such a line. It does what
 * methods.ts lists and nothing else.
 */

import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';
import { describeError } from './failure.ts';
import { bytesOf, METHODS, type Method, type Side, STREAMS } from './methods.ts';
import { Wire } from './wire.ts';

const Request = z.object({ id: z.int(), method: z.string(), params: z.unknown() });

/** Said before anything else, so that whatever a login shell prints above it can be skipped. */
export const GREETING = 'rr-sync-agent';

/** Writes a line or raw bytes; resolves when they may be overwritten. */
type Send = (content: string | Uint8Array) => Promise<void>;

export async function serve(side: Side, input: Readable, output: Writable): Promise<void> {
  const send: Send = (content) =>
    new Promise((resolve, reject) => {
      output.write(content, (error) => (error ? reject(error) : resolve()));
    });
  await send(`${GREETING}\n`);
  const wire = new Wire(input, 'stdin');
  for (let text = await wire.line(); text !== undefined; text = await wire.line()) {
    const { id, method, params } = Request.parse(JSON.parse(text));
    const say = (answer: object): Promise<void> => send(`${JSON.stringify({ id, ...answer })}\n`);
    try {
      if (method === 'pack') await pack(side, params, say, send);
      else if (method === 'unpack') await unpack(side, params, say, wire);
      else if (isMethod(method)) await say({ result: await callChecked(side, method, params) });
      else await say({ error: { code: 'HOST_PROTOCOL', detail: `no method '${method}'` } });
    } catch (error) {
      await say({ error: describeError(error) });
    }
  }
}

async function pack(side: Side, params: unknown, say: (answer: object) => Promise<void>, send: Send): Promise<void> {
  const { items } = STREAMS.pack.params.parse(params);
  await say({ result: { bytes: bytesOf(items) } });
  for await (const piece of side.pack(items)) await send(piece);
}

async function unpack(side: Side, params: unknown, say: (answer: object) => Promise<void>, wire: Wire): Promise<void> {
  const checked = STREAMS.unpack.params.parse(params);
  const result = await side.unpack(checked, (missing) => {
    const positions = new Map(checked.items.map((item, index) => [item, index]));
    // sent at once: the other side waits for it even when nothing is missing and no contents follow
    const said = say({ result: { missing: missing.map((item) => positions.get(item)) } });
    said.catch(() => {});
    return after(said, wire.bytes(bytesOf(missing)));
  });
  await say({ result });
}

async function* after<T>(first: Promise<void>, then: AsyncIterable<T>): AsyncGenerator<T> {
  await first;
  yield* then;
}

const isMethod = (name: string): name is Method => Object.hasOwn(METHODS, name);

/** The table ties the parameters' schema to the method, which the compiler does not follow through an index. */
function callChecked<M extends Method>(side: Side, method: M, params: unknown): Promise<unknown> {
  const checked = METHODS[method].params.parse(params);
  return side.call(method, checked as Parameters<typeof side.call<M>>[1]);
}

/**
 * The far end of a sync, started by `rr sync agent` over ssh: one JSON request a line on stdin, one JSON answer a line
 * on stdout, in order, until stdin ends. It does what methods.ts lists and nothing else.
 */

import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';
import { splitLines } from '../../records/lines.ts';
import { describeError } from './failure.ts';
import { METHODS, type Method, type Side } from './methods.ts';

const Request = z.object({ id: z.int(), method: z.string(), params: z.unknown() });

/** Said before anything else, so that whatever a login shell prints above it can be skipped. */
export const GREETING = 'rr-sync-agent';

export async function serve(side: Side, input: Readable, output: Writable): Promise<void> {
  const say = async (line: string): Promise<void> => {
    if (!output.write(`${line}\n`)) await once(output, 'drain');
  };
  await say(GREETING);
  for await (const { text } of splitLines(input, 'stdin')) {
    const request = Request.parse(JSON.parse(text));
    await say(JSON.stringify({ id: request.id, ...(await answer(side, request.method, request.params)) }));
  }
}

async function answer(side: Side, name: string, params: unknown): Promise<object> {
  try {
    if (!isMethod(name)) return { error: { code: 'HOST_PROTOCOL', detail: `no method '${name}'` } };
    return { result: await callChecked(side, name, params) };
  } catch (error) {
    return { error: describeError(error) };
  }
}

const isMethod = (name: string): name is Method => Object.hasOwn(METHODS, name);

/** The table ties the parameters' schema to the method, which the compiler does not follow through an index. */
function callChecked<M extends Method>(side: Side, method: M, params: unknown): Promise<unknown> {
  const checked = METHODS[method].params.parse(params);
  return side.call(method, checked as Parameters<typeof side.call<M>>[1]);
}

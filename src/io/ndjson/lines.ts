/** Splits bytes into lines of text. Memory held: the longest line, once. */
import { isUtf8 } from 'node:buffer';
import { RrError } from '../../core/errors.ts';
import { streamLimits } from './limits.ts';

const NEWLINE = 0x0a;

/** Windows programs begin text with it. */
const BYTE_ORDER_MARK = '\ufeff';

export interface Line {
  /** Without its newline (and without the carriage return of a Windows line). */
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
  /** False for a last line that no newline ends: it may be torn. */
  readonly complete: boolean;
}

/** @throws RrError RECORD_INVALID for a line that is too long or not UTF-8. */
export async function* splitLines(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Line> {
  const { lineBytes } = await streamLimits();
  let parts: Uint8Array[] = [];
  let held = 0;
  let number = 0;
  const take = (last: Uint8Array, complete: boolean): Line => {
    number += 1;
    const whole = parts.length === 0 ? last : Buffer.concat([...parts, last], held + last.byteLength);
    parts = [];
    held = 0;
    if (!isUtf8(whole)) throw invalid(name, number, 'not UTF-8 text');
    const decoded = Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength).toString('utf8');
    const text = number === 1 && decoded.startsWith(BYTE_ORDER_MARK) ? decoded.slice(1) : decoded;
    return { text: text.endsWith('\r') ? text.slice(0, -1) : text, number, complete };
  };
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      if (held + end - start > lineBytes) throw tooLong(name, number + 1, lineBytes);
      yield take(chunk.subarray(start, end), true);
      start = end + 1;
    }
    if (start < chunk.byteLength) {
      parts.push(chunk.subarray(start));
      held += chunk.byteLength - start;
      if (held > lineBytes) throw tooLong(name, number + 1, lineBytes);
    }
  }
  if (held > 0) yield take(new Uint8Array(0), false);
}

const invalid = (name: string, line: number, detail: string): RrError =>
  new RrError('RECORD_INVALID', { where: `${name}:${line}`, detail });

const tooLong = (name: string, line: number, limit: number): RrError =>
  invalid(name, line, `longer than ${limit / 2 ** 20} MiB (streams.max-line-mb)`);

/** Input of a connection to an agent: lines of text and, where a line says so, raw bytes behind it. */
import { isUtf8 } from 'node:buffer';
import { RrError } from '../../core/errors.ts';
import { MAX_LINE_BYTES } from '../../io/ndjson/limits.ts';

const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);

/** Reads one after the other only. */
export class Wire {
  readonly #name: string;
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** Arrived and not taken yet. */
  #held: Buffer = NOTHING;
  /** Raw bytes that stand before the next line. */
  #due = 0;

  /** `name` is for messages. */
  constructor(chunks: AsyncIterable<Uint8Array>, name: string) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#name = name;
  }

  /**
   * The next line without its newline; undefined at the end. Raw bytes that were not read are skipped.
   * @throws RrError RECORD_INVALID for a line that is too long or not UTF-8
   */
  async line(): Promise<string | undefined> {
    const skipped = this.#pieces();
    while (!(await skipped.next()).done);
    const parts: Buffer[] = [];
    let length = 0;
    for (;;) {
      const end = this.#held.indexOf(NEWLINE);
      const part = end === -1 ? this.#held : this.#held.subarray(0, end);
      parts.push(part);
      length += part.length;
      if (length > MAX_LINE_BYTES) throw this.#invalid(`longer than ${MAX_LINE_BYTES} bytes`);
      if (end !== -1) {
        this.#held = this.#held.subarray(end + 1);
        break;
      }
      if (!(await this.#more())) {
        if (length === 0) return undefined;
        break;
      }
    }
    const line = Buffer.concat(parts, length);
    if (!isUtf8(line)) throw this.#invalid('not UTF-8 text');
    return line.toString('utf8').replace(/\r$/, '');
  }

  /** So many raw bytes, in pieces. Ends early only where the connection does. */
  bytes(count: number): AsyncGenerator<Buffer> {
    this.#due = count;
    return this.#pieces();
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    while (this.#due > 0) {
      if (this.#held.length === 0 && !(await this.#more())) return;
      const piece = this.#held.subarray(0, this.#due);
      this.#held = this.#held.subarray(piece.length);
      this.#due -= piece.length;
      yield piece;
    }
  }

  /** Replaces what is held by the next chunk; false at the end. */
  async #more(): Promise<boolean> {
    this.#held = NOTHING;
    const { done, value } = await this.#chunks.next();
    if (done) return false;
    this.#held = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return true;
  }

  #invalid(detail: string): RrError {
    return new RrError('RECORD_INVALID', { where: this.#name, detail });
  }
}

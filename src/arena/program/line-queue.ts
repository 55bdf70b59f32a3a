/**
 * The lines of a program's output, split at newlines and nowhere else. Line and queue are bounded: a program that writes
 * without end costs its game, not our memory.
 */
import { ProgramFault } from './program-fault.ts';

/** Longest line that can be an answer. Bytes. */
const MAX_LINE_BYTES = 1 << 20;

/** Most lines that may wait for a question. */
const MAX_LINES = 64;

const NEWLINE = 0x0a;

export class LineQueue {
  readonly #lines: string[] = [];
  /** Pieces of the line that has no end yet. */
  #pieces: Buffer[] = [];
  #bytes = 0;

  /** @throws ProgramFault for a line that is too long, or too many that nobody asked for */
  add(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#collect(chunk.subarray(start, end));
      this.#lines.push(Buffer.concat(this.#pieces).toString('utf8'));
      this.#pieces = [];
      this.#bytes = 0;
      if (this.#lines.length > MAX_LINES) throw new ProgramFault(`wrote ${MAX_LINES} lines that nobody asked for`);
      start = end + 1;
    }
    this.#collect(chunk.subarray(start));
  }

  shift(): string | undefined {
    return this.#lines.shift();
  }

  #collect(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes > MAX_LINE_BYTES) throw new ProgramFault(`wrote a line of more than ${MAX_LINE_BYTES} bytes`);
    this.#pieces.push(piece);
  }
}

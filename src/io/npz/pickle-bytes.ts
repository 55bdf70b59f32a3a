/** The bytes of a pickle, taken from the front: each length is checked against what is left before anything is allocated. */
import { RrError } from '../../core/errors.ts';

export class PickleBytes {
  readonly #bytes: Buffer;
  readonly #where: string;
  #at = 0;

  constructor(bytes: Uint8Array, where: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#where = where;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** @throws RrError FILE_CORRUPT with the place */
  fail(detail: string): never {
    throw new RrError('FILE_CORRUPT', { path: this.#where, detail: `pickle at byte ${this.#at}: ${detail}` });
  }

  /** A view of the next bytes. */
  take(count: number): Buffer {
    if (!(count >= 0 && count <= this.#bytes.length - this.#at)) this.fail('is cut short');
    const part = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return part;
  }

  ownBytes(count: number): Uint8Array {
    return Uint8Array.from(this.take(count));
  }

  text(count: number): string {
    return this.take(count).toString('utf8');
  }

  /** Up to a newline, which is taken too. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) this.fail('is cut short');
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }

  uint8(): number {
    return this.take(1).readUInt8();
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  /** A length of 64 bits. */
  length8(): number {
    const length = this.take(8).readBigUInt64LE();
    return length > BigInt(Number.MAX_SAFE_INTEGER) ? this.fail('has an impossible length') : Number(length);
  }

  /** An integer of `count` bytes, little-endian two's complement. */
  long(count: number): number | bigint {
    const bytes = this.ownBytes(count);
    if (bytes.length === 0) return 0;
    const unsigned = BigInt(`0x${Buffer.from(bytes.reverse()).toString('hex')}`);
    const value = BigInt.asIntN(bytes.length * 8, unsigned);
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  }
}

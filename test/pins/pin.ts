/** The form of a pinned result: a name and what was found, as plain JSON. */
import { createHash } from 'node:crypto';

export interface Pin {
  readonly name: string;
  /** Numbers come from a network: they may differ from one processor to the next by rounding. */
  readonly rounded?: true;
  readonly found: { readonly [key: string]: unknown };
}

/** First 16 hex digits of a SHA-256. */
export const digest = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex').slice(0, 16);

export const digestOfNumbers = (numbers: Float64Array | Int32Array | Uint32Array): string =>
  digest(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));

/** What a file shows from outside, before anybody reads it in earnest. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Bytes; 0 for a file that is not there. */
export const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** The first `count` bytes, or what there is of them. @throws the system's error for a file that cannot be read */
export function firstBytes(path: string, count: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(count);
    return bytes.subarray(0, readSync(file, bytes, 0, count, 0));
  } finally {
    closeSync(file);
  }
}

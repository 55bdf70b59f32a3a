/** The checksum that a row of the games table keeps of its blobs. */
import { createHash } from 'node:crypto';

/** SHA-256 over the length of `moves` in decimal, a colon, and both blobs. */
export function checksumOf(moves: Uint8Array, extras: Uint8Array | null): Buffer {
  const hash = createHash('sha256').update(`${moves.length}:`).update(moves);
  if (extras !== null) hash.update(extras);
  return hash.digest();
}

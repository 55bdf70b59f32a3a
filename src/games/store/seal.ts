/**
 * The seal of a game: a checksum over everything its row means. The checksum of its blobs is part of it, so that a seal can
 * be tested without reading them.
 */
import { createHash } from 'node:crypto';
import { type GameHeader, GameHeaderSchema, type Seat } from './types.ts';

export const HEADER_COLUMNS = Object.keys(GameHeaderSchema.shape);

/** SHA-256 over the JSON of the columns in the order of the schema, the seats by number, and the checksum of the blobs in hex. */
export function sealOf(header: GameHeader, seats: readonly Seat[], checksum: Uint8Array): Buffer {
  const columns = new Map<string, unknown>(Object.entries(header));
  const sealed = [
    HEADER_COLUMNS.map((name) => columns.get(name)),
    [...seats]
      .sort((a, b) => a.seat - b.seat)
      .map(({ seat, player, model, settings }) => [seat, player, model, settings]),
    Buffer.from(checksum).toString('hex'),
  ];
  return createHash('sha256').update(JSON.stringify(sealed)).digest();
}

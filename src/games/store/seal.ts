/**
 * The seal of a game: a checksum over everything its row means. The checksum of its blobs is part of it, so that a seal can
 * be tested without reading them.
 */
import { createHash } from 'node:crypto';
import { HEADER_COLUMNS } from './columns.ts';
import type { GameHeader, Seat } from './types.ts';

/**
 * SHA-256 over the JSON of the columns in the order of the schema, the seats by number, and the checksum of the blobs in hex.
 * A migration names the columns of its schema.
 */
export function sealOf(
  header: GameHeader,
  seats: readonly Seat[],
  checksum: Uint8Array,
  columns: readonly string[] = HEADER_COLUMNS,
): Buffer {
  const values = new Map<string, unknown>(Object.entries(header));
  const sealed = [
    columns.map((name) => values.get(name)),
    [...seats]
      .sort((a, b) => a.seat - b.seat)
      .map(({ seat, player, model, settings }) => [seat, player, model, settings]),
    Buffer.from(checksum).toString('hex'),
  ];
  return createHash('sha256').update(JSON.stringify(sealed)).digest();
}

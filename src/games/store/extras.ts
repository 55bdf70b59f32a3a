/**
 * What a stored game carries besides its packed moves: the start position where it is not the standard one, moves that
 * the packed form cannot express, recorded hashes, and what only another kind of file knows. One byte of version, then
 * JSON under zstd; the store's checksum covers it.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';

const byPly = <T extends z.ZodType>(value: T) => z.record(z.string().regex(/^\d+$/), value);

export const extrasSchema = z.looseObject({
  /** Start position in the form of the original's database (rings bottom to top); absent: the standard start. */
  start: z.record(z.string(), z.unknown()).optional(),
  /** Moves outside the legal set that the original accepts, in full, by ply. */
  raw: byPly(z.looseObject({ type: z.string() })).optional(),
  /** From this ply on the rules refuse what was recorded; `raw` holds all of it. */
  broken: z.int().min(0).optional(),
  /** Recorded position hash after the move, by ply. */
  hashes: byPly(z.string()).optional(),
  /** Search policies as the original keeps them, by ply: move key → probability, in the order of the file. */
  probs: byPly(z.record(z.string(), z.number())).optional(),
  /** The original's metadata object, as its text. */
  metadata: z.string().optional(),
  /** When the last move was made, as it was written down. */
  completedAt: z.string().optional(),
  /** Kind of the opponent. */
  opponent: z.string().optional(),
  /** Left out of training by somebody's decision. */
  excluded: z.literal(true).optional(),
  /** What the rows of a GameReplayDB say beyond this (games/convert): patches by name. */
  ringrift: z.record(z.string(), z.unknown()).optional(),
});
export type Extras = z.infer<typeof extrasSchema>;

const VERSION = 1;
/** Full histories of the largest boards are some hundred megabytes before compression. */
const MAX_BYTES = 1 << 29;
/** The window spans a whole history, whose states repeat each other. */
const COMPRESSION = {
  params: { [constants.ZSTD_c_compressionLevel]: 9, [constants.ZSTD_c_windowLog]: 24 },
};

/** null when there is nothing to keep. */
export function encodeExtras(extras: Extras): Uint8Array | null {
  if (Object.values(extras).every((value) => value === undefined)) return null;
  return Buffer.concat([Buffer.of(VERSION), zstdCompressSync(Buffer.from(JSON.stringify(extras)), COMPRESSION)]);
}

/** @throws RrError FILE_CORRUPT (with `where`) for anything encodeExtras() did not make, DB_NEWER for a later version */
export function decodeExtras(blob: Uint8Array | null, where: string): Extras {
  if (blob === null) return {};
  const fail = (detail: string, cause?: unknown): never => {
    throw new RrError('FILE_CORRUPT', { path: where, detail: `its extras ${detail}` }, { cause });
  };
  const version = blob[0] ?? 0;
  if (version > VERSION) throw new RrError('DB_NEWER', { path: where, kind: 'extras', found: version, known: VERSION });
  let value: unknown;
  try {
    const text = zstdDecompressSync(blob.subarray(1), { maxOutputLength: MAX_BYTES }).toString('utf8');
    value = JSON.parse(text);
  } catch (cause) {
    return fail('cannot be unpacked', cause);
  }
  const checked = extrasSchema.safeParse(value);
  return checked.success ? checked.data : fail(`are malformed (${checked.error.issues[0]?.message})`);
}

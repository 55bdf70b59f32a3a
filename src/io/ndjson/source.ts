/** Bytes of a file or of stdin, decompressed when their first bytes say gzip or zstd. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { RrError } from '../../core/errors.ts';
import { requireFile } from '../missing-file.ts';
import { streamLimits } from './limits.ts';

export interface ByteSource {
  /** What error messages call it: a path or `stdin`. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** A file by path, or stdin for `-`. @throws RrError NO_INPUT when stdin is a terminal; FILE_NOT_FOUND, IS_FOLDER */
export function openSource(path: string, stdin: NodeJS.ReadStream = process.stdin): ByteSource {
  if (path !== '-') {
    requireFile(path);
    return { name: path, bytes: createReadStream(path, { highWaterMark: 1 << 18 }) };
  }
  if (stdin.isTTY) {
    throw new RrError('NO_INPUT', { detail: 'stdin is a terminal; pipe records in or name a file' });
  }
  return { name: 'stdin', bytes: stdin };
}

const GZIP_MAGIC = [0x1f, 0x8b];
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const MAGIC_BYTES = 4;

/** A compressed stream that ends before its end marker. */
export class TruncatedStream extends Error {
  override readonly name = 'TruncatedStream';
}

/** The source from its beginning, and what its first bytes say. */
interface Begun {
  readonly source: ByteSource;
  readonly format: 'gzip' | 'zstd' | 'plain';
}

async function begin({ name, bytes }: ByteSource): Promise<Begun> {
  const iterator = bytes[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let headBytes = 0;
  while (headBytes < MAGIC_BYTES) {
    const next = await iterator.next();
    if (next.done) break;
    head.push(next.value);
    headBytes += next.value.byteLength;
  }
  const magic = Buffer.concat(head).subarray(0, MAGIC_BYTES);
  const source = { name, bytes: chain(head, iterator) };
  if (startsWith(magic, GZIP_MAGIC)) return { source, format: 'gzip' };
  return { source, format: startsWith(magic, ZSTD_MAGIC) ? 'zstd' : 'plain' };
}

/** The first bytes, as many as came at once, and all of them to read on with. */
export async function peek(
  all: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Uint8Array; readonly bytes: AsyncIterable<Uint8Array> }> {
  const iterator = all[Symbol.asyncIterator]();
  const next = await iterator.next();
  const head = next.done ? [] : [next.value];
  return { head: head[0] ?? new Uint8Array(0), bytes: chain(head, iterator) };
}

/** What was asked for, and the source to read on with: its first bytes are not lost. */
export async function isCompressed(source: ByteSource): Promise<{ compressed: boolean; source: ByteSource }> {
  const begun = await begin(source);
  return { compressed: begun.format !== 'plain', source: begun.source };
}

/**
 * The source's bytes, decompressed if they are gzip or zstd (several members or frames in a row included).
 * @throws TruncatedStream when compressed data break off, RrError FILE_CORRUPT when they are damaged or unpack to more than
 *   the limit.
 */
export async function* decompressed(unread: ByteSource): AsyncGenerator<Uint8Array> {
  const { source, format } = await begin(unread);
  const { name, bytes: all } = source;
  if (format === 'plain') return yield* all;
  const decoder = format === 'gzip' ? createGunzip() : createZstdDecompress();
  const { unpackedBytes } = await streamLimits();
  let unpacked = 0;

  const compressed = Readable.from(all, { objectMode: false });
  // An error of the input has to reach the reader of the output, and the reader's leaving has to close the input.
  compressed.on('error', (error) => decoder.destroy(error));
  compressed.pipe(decoder);
  try {
    for await (const chunk of decoder) {
      unpacked += chunk.byteLength;
      if (unpacked > unpackedBytes) throw tooMuch(name, unpackedBytes);
      yield chunk;
    }
  } catch (error) {
    throw decoderError(name, error);
  } finally {
    compressed.destroy();
    decoder.destroy();
  }
}

const tooMuch = (path: string, limit: number): RrError =>
  new RrError('FILE_CORRUPT', {
    path,
    detail: `unpacks to more than ${limit / 2 ** 30} GiB (streams.max-unpacked-gb)`,
  });

async function* chain(head: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, index) => bytes[index] === byte);

function decoderError(name: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  if (error.code === 'Z_BUF_ERROR') return new TruncatedStream(error.message, { cause: error });
  if (!/^(Z_|ZSTD_)/.test(error.code)) return error;
  return new RrError(
    'FILE_CORRUPT',
    { path: name, detail: `damaged compressed data (${error.message})` },
    { cause: error },
  );
}

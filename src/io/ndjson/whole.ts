/** A compressed stream that is read to its end before anything of it is used, so that a damaged one has no effect at all. */
import { createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { temporaryFolder } from '../temporary.ts';
import { type ByteSource, decompressed, isCompressed, openSource, TruncatedStream } from './source.ts';

/**
 * The source with its compression checksum tested: by a first pass over a file, or over a copy of stdin in the folder for
 * temporary files. One that breaks off is left to the reader to judge; a stream that is not compressed is returned as it is.
 * @throws RrError FILE_CORRUPT, and as openSource() does
 */
export async function wholeSource(path: string): Promise<{ readonly source: ByteSource; readonly close: () => void }> {
  const { compressed, source } = await isCompressed(openSource(path));
  if (!compressed) return { source, close: () => {} };
  const folder = path === '-' ? temporaryFolder('stdin') : undefined;
  const close = () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    if (folder === undefined) {
      await readThrough(source);
      return { source: openSource(path), close };
    }
    const copy = join(folder, 'records');
    await pipeline(Readable.from(source.bytes, { objectMode: false }), createWriteStream(copy, { mode: 0o600 }));
    const again = (): ByteSource => ({ ...openSource(copy), name: source.name });
    await readThrough(again());
    return { source: again(), close };
  } catch (error) {
    close();
    throw error;
  }
}

async function readThrough(source: ByteSource): Promise<void> {
  try {
    for await (const _ of decompressed(source));
  } catch (error) {
    if (!(error instanceof TruncatedStream)) throw error;
  }
}

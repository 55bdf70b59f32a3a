/** Short digests of arrays and texts, and the lines that describe the arrays of an NPZ file. */
import { createHash } from 'node:crypto';
import type { NpyDtype } from '../../../src/io/npz/dtype.ts';
import { openNpz } from '../../../src/io/npz/reader.ts';

export type DigestPart = string | ArrayBufferView;

/** First 64 bits of the SHA-256 of the parts, hexadecimal. Arrays count as their little-endian bytes. */
export function digest(...parts: readonly DigestPart[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    if (typeof part === 'string') hash.update(part);
    else hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Arrays that name this release, or hash one that does. */
const OF_THE_RELEASE: ReadonlySet<string> = new Set(['rr_version', 'data_checksums']);

/** Type, shape and content digest of every array, by name. */
export async function arrayLines(path: string): Promise<Record<string, string>> {
  const npz = await openNpz(path);
  try {
    const lines: Record<string, string> = {};
    for (const { name } of npz.entries) {
      if (OF_THE_RELEASE.has(name)) continue;
      const { dtype, shape } = await npz.header(name);
      lines[name] = `${typeName(dtype)} [${shape}] ${(await npz.checksum(name)).slice(0, 16)}`;
    }
    return lines;
  } finally {
    npz.close();
  }
}

const typeName = (dtype: NpyDtype): string =>
  dtype.kind === 'numeric' ? dtype.code : dtype.kind === 'text' ? `U${dtype.width}` : 'object';

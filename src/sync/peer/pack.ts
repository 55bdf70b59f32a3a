/**
 * Many small files travel as one stream: their contents one after the other, in the order of a list that both sides
 * have. Nothing is written on the way, and every file that has arrived is verified, so an interrupted stream resumes
 * after the last one.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, futimesSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { diskFull } from '../../io/disk-full.ts';
import type { DataPaths } from '../../io/paths.ts';
import { pathOf } from './files.ts';
import type { FileItem } from './items.ts';

/** Contents are gathered into pieces of this size; longer files are pieces of their own. */
const PIECE = 1 << 18;

/**
 * The contents of these files, in pieces that are good until the next one: thousands of buffers would keep the garbage
 * collector busier than the files keep the disk. A file that became shorter, or is gone, is filled up with zeros, so that the ones behind
 * it stay where the other side expects them; there its hash tells.
 */
export async function* packOf(paths: DataPaths, items: readonly FileItem[]): AsyncGenerator<Buffer> {
  const piece = Buffer.allocUnsafe(Math.max(PIECE, ...items.map((item) => item.bytes)));
  let used = 0;
  for (const item of items) {
    if (used > 0 && used + item.bytes > PIECE) {
      yield piece.subarray(0, used);
      used = 0;
    }
    const content = piece.subarray(used, used + item.bytes);
    content.fill(0, readInto(content, pathOf(paths, item)));
    used += item.bytes;
  }
  if (used > 0) yield piece.subarray(0, used);
}

/** @returns bytes that were read; a link that took the place of the file is not followed */
function readInto(content: Buffer, path: string): number {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return 0;
  }
  try {
    let have = 0;
    while (have < content.length) {
      const read = readSync(file, content, have, content.length - have, null);
      if (read === 0) break;
      have += read;
    }
    return have;
  } finally {
    closeSync(file);
  }
}

/** Files that have arrived are handed on when there are so many bytes of them. */
const GROUP_BYTES = 16e6;

/**
 * Writes the files of a stream into `folder`, each under its hash and with its time, and gives them in groups. Those
 * with another content than announced are left out, and so are those behind the end of a stream that breaks off.
 * @throws RrError DISK_FULL
 */
export async function* unpack(
  stream: AsyncIterable<Uint8Array>,
  items: readonly FileItem[],
  folder: string,
): AsyncGenerator<readonly FileItem[]> {
  let group: FileItem[] = [];
  let bytes = 0;
  for await (const [item, content] of cut(stream, items)) {
    if (createHash('sha256').update(content).digest('hex') !== item.sha256) continue;
    writeStaged(join(folder, item.sha256), content, item.mtimeMs);
    group.push(item);
    bytes += item.bytes;
    if (bytes < GROUP_BYTES) continue;
    yield group;
    group = [];
    bytes = 0;
  }
  if (group.length > 0) yield group;
}

/** Contents are good until the next one is asked for. */
async function* cut(
  stream: AsyncIterable<Uint8Array>,
  items: readonly FileItem[],
): AsyncGenerator<readonly [FileItem, Uint8Array]> {
  const pieces = stream[Symbol.asyncIterator]();
  const joined = Buffer.allocUnsafe(Math.max(0, ...items.map((item) => item.bytes)));
  let held: Uint8Array = joined.subarray(0, 0);
  try {
    for (const item of items) {
      let have = 0;
      // only what lies across the border of two pieces is copied
      while (held.length < item.bytes - have) {
        joined.set(held, have);
        have += held.length;
        const { done, value } = await pieces.next();
        if (done) return;
        held = value;
      }
      const piece = held.subarray(0, item.bytes - have);
      held = held.subarray(piece.length);
      if (have === 0) yield [item, piece];
      else {
        joined.set(piece, have);
        yield [item, joined.subarray(0, item.bytes)];
      }
    }
  } finally {
    await pieces.return?.();
  }
}

function writeStaged(path: string, content: Uint8Array, mtimeMs: number): void {
  try {
    const file = openSync(path, 'w');
    try {
      for (let at = 0; at < content.length; ) at += writeSync(file, content, at);
      futimesSync(file, mtimeMs / 1000, mtimeMs / 1000);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw diskFull(error, path);
  }
}

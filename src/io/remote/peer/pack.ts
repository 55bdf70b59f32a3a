/**
 * Many small files travel as one: their contents one after the other, in the order of the list that both sides have.
 * The same list makes the same pack, so an interrupted one is resumed like any file.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { RrError } from '../../../errors.ts';
import { diskFull } from '../../atomic.ts';
import type { DataPaths } from '../../paths.ts';
import { pathOf } from './files.ts';
import type { FileItem, Staged } from './items.ts';

/** Writes the pack of these files to `making` and renames it to its hash in `folder`. @throws RrError FILE_CORRUPT */
export function makePack(paths: DataPaths, items: readonly FileItem[], making: string, folder: string): Staged {
  const hash = createHash('sha256');
  const file = openSync(making, 'w');
  try {
    for (const item of items) {
      const path = pathOf(paths, item);
      const content = readFileSync(path);
      // the offsets of everything behind it would be wrong
      if (content.length !== item.bytes)
        throw new RrError('FILE_CORRUPT', { path, detail: 'changed while it was sent' });
      hash.update(content);
      writeAll(file, content);
    }
  } catch (error) {
    throw diskFull(error, making);
  } finally {
    closeSync(file);
  }
  const sha256 = hash.digest('hex');
  const path = join(folder, sha256);
  renameSync(making, path);
  return { sha256, bytes: statSync(path).size };
}

/** Takes a pack apart into files under their hashes beside it; those with another content than announced are left out. */
export function unpack(pack: string, items: readonly FileItem[], folder: string): void {
  const source = openSync(pack, 'r');
  try {
    for (const { bytes, sha256 } of items) {
      const content = Buffer.allocUnsafe(bytes);
      if (readSync(source, content, 0, bytes, null) < bytes) return;
      if (createHash('sha256').update(content).digest('hex') !== sha256) continue;
      const file = openSync(join(folder, sha256), 'w');
      try {
        writeAll(file, content);
      } finally {
        closeSync(file);
      }
    }
  } catch (error) {
    throw diskFull(error, folder);
  } finally {
    closeSync(source);
  }
}

function writeAll(file: number, content: Uint8Array): void {
  for (let at = 0; at < content.length; ) at += writeSync(file, content, at);
}

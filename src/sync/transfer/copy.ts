/** Between two folders of this machine. */
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFull } from '../../io/disk-full.ts';
import type { RateLimit } from './limit.ts';
import type { MoveOptions, Mover } from './mover.ts';

const CHUNK = 1 << 20;

export class CopyMover implements Mover {
  readonly via = 'copy';
  readonly #limit: RateLimit;

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  async move({ from, to, files, onBytes, signal }: MoveOptions): Promise<void> {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (const { sha256 } of files) {
      const target = join(to, sha256);
      const source = await open(join(from, sha256), 'r');
      const file = await open(target, 'a').catch((error: unknown) => {
        throw diskFull(error, target);
      });
      try {
        // what an interrupted copy left is the beginning of the same file
        let at = (await stat(target)).size;
        for (;;) {
          signal?.throwIfAborted();
          const { bytesRead } = await source.read(buffer, 0, CHUNK, at);
          if (bytesRead === 0) break;
          await this.#limit.take(bytesRead, signal);
          await file.writeFile(buffer.subarray(0, bytesRead));
          at += bytesRead;
          onBytes(bytesRead);
        }
      } catch (error) {
        throw diskFull(error, target);
      } finally {
        await source.close();
        await file.close();
      }
    }
  }
}

/** SFTP over the connection that is open already: needs nothing on the host but sshd. */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { SFTPWrapper } from 'ssh2';
import * as z from 'zod';
import type { Session } from '../../cluster/ssh/session.ts';
import { RrError } from '../../core/errors.ts';
import { diskFull } from '../../io/disk-full.ts';
import type { Staged } from '../peer/items.ts';
import type { RateLimit } from './limit.ts';
import type { MoveOptions, Mover } from './mover.ts';
import { STATUS, sftpFailure, statusOf } from './sftp-failure.ts';

/** Largest piece that every server takes (the protocol promises 32 KiB). */
const PIECE = 32 * 1024;
/** Pieces on their way at a time, over all files: hides the line's delay. */
const IN_FLIGHT = 64;
/** Small files side by side. */
const FILES = 16;

export class SftpMover implements Mover {
  readonly via = 'sftp';
  readonly #session: Session;
  readonly #direction: 'push' | 'pull';
  readonly #limit: RateLimit;

  constructor(session: Session, direction: 'push' | 'pull', limit: RateLimit) {
    this.#session = session;
    this.#direction = direction;
    this.#limit = limit;
  }

  async move({ from, to, files, onBytes, signal }: MoveOptions): Promise<void> {
    const remote = new RemoteFiles(await this.#session.sftp(), this.#session.host.name);
    const queue = files.values();
    const worker = async (): Promise<void> => {
      for (const file of queue) {
        const [source, target] = [join(from, file.sha256), join(to, file.sha256)];
        const ends =
          this.#direction === 'push'
            ? { source: await LocalEnd.open(source, false), target: await remote.open(target, true) }
            : { source: await remote.open(source, false), target: await LocalEnd.open(target, true) };
        await this.#copy(ends.source, ends.target, file, onBytes, signal);
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(FILES, files.length) }, worker));
    } finally {
      remote.end();
    }
  }

  async #copy(
    source: End,
    target: End,
    { bytes }: Staged,
    onBytes: (bytes: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      // pieces arrive in any order, so the last of an interrupted transfer may have holes before them
      const have = await target.size();
      let next = have >= bytes ? bytes : Math.max(0, have - 2 * IN_FLIGHT * PIECE);
      next -= next % PIECE;
      const worker = async (): Promise<void> => {
        while (next < bytes) {
          signal?.throwIfAborted();
          const at = next;
          const length = Math.min(PIECE, bytes - at);
          next += length;
          await this.#limit.take(length, signal);
          const piece = await source.read(at, length);
          if (piece.length < length) throw new RrError('FILE_CORRUPT', { path: source.name, detail: 'became shorter' });
          await target.write(at, piece);
          onBytes(length);
        }
      };
      const workers = Math.min(IN_FLIGHT, Math.ceil((bytes - next) / PIECE));
      await Promise.all(Array.from({ length: workers }, worker));
    } finally {
      await source.close();
      await target.close();
    }
  }
}

/** One open file of either machine. */
interface End {
  readonly name: string;
  size(): Promise<number>;
  read(at: number, length: number): Promise<Buffer>;
  write(at: number, piece: Buffer): Promise<void>;
  close(): Promise<void>;
}

class LocalEnd implements End {
  readonly name: string;
  readonly #file: FileHandle;

  static async open(path: string, writing: boolean): Promise<LocalEnd> {
    // 'a+' would append whatever the position says, so the file is made first and then opened for updating
    if (writing) closeSync(openSync(path, 'a'));
    return new LocalEnd(path, await open(path, writing ? 'r+' : 'r'));
  }

  private constructor(name: string, file: FileHandle) {
    this.name = name;
    this.#file = file;
  }

  async size(): Promise<number> {
    return fstatSync(this.#file.fd).size;
  }

  async read(at: number, length: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(length), 0, length, at);
    return buffer.subarray(0, bytesRead);
  }

  async write(at: number, piece: Buffer): Promise<void> {
    try {
      await this.#file.write(piece, 0, piece.length, at);
    } catch (error) {
      throw diskFull(error, this.name);
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The server counts in 64 bits. */
const count = z.union([z.number(), z.bigint()]).transform(Number);
const diskSchema = z.object({ f_frsize: count, f_bavail: count, f_files: count, f_favail: count });

class RemoteFiles {
  readonly #sftp: SFTPWrapper;
  readonly #host: string;

  constructor(sftp: SFTPWrapper, host: string) {
    this.#sftp = sftp;
    this.#host = host;
    sftp.on('error', () => {});
  }

  end(): void {
    this.#sftp.end();
  }

  async open(path: string, writing: boolean): Promise<End> {
    const sftp = this.#sftp;
    const place = { host: this.#host, path, isFull: () => this.#isFull(path) };
    const call = async <T>(work: Promise<T>): Promise<T> => {
      try {
        return await work;
      } catch (error) {
        throw await sftpFailure(error, place);
      }
    };
    if (writing) await call(promisify(sftp.close.bind(sftp))(await call(openHandle(sftp, path, 'a'))));
    const handle = await call(openHandle(sftp, path, writing ? 'r+' : 'r'));
    return {
      name: this.#host,
      size: async () => (await call(promisify(sftp.fstat.bind(sftp))(handle))).size,
      read: (at, length) => call(readPiece(sftp, handle, at, length)),
      write: async (at, piece) => {
        await call(writePiece(sftp, handle, at, piece));
      },
      close: async () => {
        await promisify(sftp.close.bind(sftp))(handle).catch(() => {});
      },
    };
  }

  /** Undefined for a server without statvfs@openssh.com (OpenSSH's PROTOCOL, section 4.4). */
  async #isFull(path: string): Promise<boolean | undefined> {
    try {
      const answer: unknown = await promisify(this.#sftp.ext_openssh_statvfs.bind(this.#sftp))(dirname(path));
      const { f_frsize, f_bavail, f_files, f_favail } = diskSchema.parse(answer);
      return f_frsize * f_bavail < PIECE || (f_files > 0 && f_favail === 0);
    } catch {
      return undefined;
    }
  }
}

const openHandle = (sftp: SFTPWrapper, path: string, mode: 'r' | 'r+' | 'a'): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    sftp.open(path, mode, (error, handle) => (error ? reject(error) : resolve(handle)));
  });

const writePiece = (sftp: SFTPWrapper, handle: Buffer, at: number, piece: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    sftp.write(handle, piece, 0, piece.length, at, (error) => (error ? reject(error) : resolve()));
  });

/** Servers may answer with less than was asked for; asks again until the piece is whole or the file ends. */
async function readPiece(sftp: SFTPWrapper, handle: Buffer, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let have = 0;
  while (have < length) {
    const read = await new Promise<number>((resolve, reject) => {
      sftp.read(handle, buffer, have, length - have, at + have, (error, bytes) => {
        if (statusOf(error) === STATUS.eof) resolve(0);
        else if (error) reject(error);
        else resolve(bytes);
      });
    });
    if (read === 0) break;
    have += read;
  }
  return buffer.subarray(0, have);
}

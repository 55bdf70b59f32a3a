/**
 * A temporary file for array data of unknown length: written once, read once or more, gone with the process.
 * Contents are zstd frames of about a mebibyte, because feature planes compress about a hundredfold and spilling them
 * raw would cost gigabytes of disk. Memory: two mebibytes per open spill.
 */
import { closeSync, fstatSync, openSync, readSync, rmdirSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { diskFull } from '../disk-full.ts';
import { temporaryFolder } from '../temporary.ts';

const FRAME_BYTES = 1 << 20;
const ZSTD_FAST = { chunkSize: FRAME_BYTES, params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** One output buffer for a whole frame; the default of 16 KiB halves the speed. */
const ZSTD_READ = { chunkSize: FRAME_BYTES };

export class Spill {
  readonly #parent: string;
  readonly #folder: string;
  readonly #fd: number;
  #pending = Buffer.allocUnsafe(64 * 1024);
  #used = 0;
  #fileBytes = 0;
  /** Uncompressed bytes written so far. */
  bytes = 0;

  /** @param parent folder for the temporary file; it needs room for the compressed data */
  constructor(parent: string) {
    this.#parent = parent;
    this.#folder = temporaryFolder('spill', parent);
    this.#fd = openSync(join(this.#folder, 'data'), 'w+', 0o600);
    // An open file without a name vanishes even when we are killed; Windows keeps it until close().
    if (process.platform !== 'win32') this.#remove();
  }

  write(data: Uint8Array): void {
    this.bytes += data.length;
    // nearly always there is room, and then no view of a part has to be made
    if (this.#used + data.length < this.#pending.length) {
      this.#pending.set(data, this.#used);
      this.#used += data.length;
      return;
    }
    let offset = 0;
    while (offset < data.length) {
      this.#makeRoom(data.length - offset);
      const count = Math.min(data.length - offset, this.#pending.length - this.#used);
      this.#pending.set(data.subarray(offset, offset + count), this.#used);
      this.#used += count;
      offset += count;
      if (this.#used === FRAME_BYTES) this.#flush();
    }
  }

  writeUint32(value: number): void {
    this.#makeRoom(4);
    if (this.#pending.length - this.#used < 4) {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(value);
      this.write(bytes);
      return;
    }
    this.#pending.writeUInt32LE(value, this.#used);
    this.#used += 4;
    this.bytes += 4;
    if (this.#used === FRAME_BYTES) this.#flush();
  }

  /** Small arrays never allocate the whole frame. */
  #makeRoom(wanted: number): void {
    if (this.#used + wanted <= this.#pending.length || this.#pending.length === FRAME_BYTES) return;
    const larger = Buffer.allocUnsafe(Math.min(FRAME_BYTES, Math.max(this.#pending.length * 4, this.#used + wanted)));
    this.#pending.copy(larger, 0, 0, this.#used);
    this.#pending = larger;
  }

  #flush(): void {
    if (this.#used === 0) return;
    const frame = zstdCompressSync(this.#pending.subarray(0, this.#used), ZSTD_FAST);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(frame.length);
    this.#write(length);
    this.#write(frame);
    this.#used = 0;
  }

  #write(bytes: Uint8Array): void {
    try {
      let done = 0;
      while (done < bytes.length) done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#fileBytes + done);
      this.#fileBytes += bytes.length;
    } catch (cause) {
      throw diskFull(cause, this.#parent);
    }
  }

  /** All contents from the start, in pieces of at most a mebibyte. */
  *read(): Generator<Buffer> {
    this.#flush();
    const end = fstatSync(this.#fd).size;
    const length = Buffer.alloc(4);
    let position = 0;
    while (position < end) {
      readSync(this.#fd, length, 0, 4, position);
      const frame = Buffer.allocUnsafe(length.readUInt32LE());
      readSync(this.#fd, frame, 0, frame.length, position + 4);
      position += 4 + frame.length;
      yield zstdDecompressSync(frame, ZSTD_READ);
    }
  }

  close(): void {
    closeSync(this.#fd);
    if (process.platform === 'win32') this.#remove();
  }

  /** One name after the other: a recursive removal opens the folder, and may find no descriptor left. */
  #remove(): void {
    unlinkSync(join(this.#folder, 'data'));
    rmdirSync(this.#folder);
  }
}

/** The little-endian uint32 values of a spill. */
export function* readUint32s(spill: Spill): Generator<number> {
  // frames hold a multiple of four bytes, as long as only uint32 values were written
  for (const part of spill.read()) {
    for (let at = 0; at < part.length; at += 4) yield part.readUInt32LE(at);
  }
}

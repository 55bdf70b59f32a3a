/**
 * Reads NPZ files: lists arrays without loading them, loads one, streams the rows of a large one, verifies
 * checksums. Nothing in the file is believed before it is checked: entry sizes against the file, headers against
 * entry sizes, and an array above the size limit has to be streamed.
 */
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { RrError } from '../../core/errors.ts';
import { missingFile, requireFile } from '../missing-file.ts';
import { beginChecksum, CHECKSUM_ARRAY, hashObject } from './checksum.ts';
import { ITEM_SIZE, type NumericData } from './dtype.ts';
import { dataBytes, elementCount, HEADER_PROBE_BYTES, type NpyHeader, parseNpyHeader } from './header.ts';
import { decodeNpy, decodeNumbers, type NpyArray } from './npy.ts';

export interface NpzEntry {
  /** Array name, without `.npy`. */
  readonly name: string;
  readonly bytes: number;
  readonly compressedBytes: number;
}

export interface RowBatch {
  /** Index of the first row. */
  readonly start: number;
  readonly rows: number;
  /** rows × row size, C order. Valid until the next batch is asked for; owns its memory. */
  readonly data: NumericData;
}

export interface OpenNpzOptions {
  /** Largest array that load() takes into memory, uncompressed. Default 2 GiB. */
  readonly maxLoadBytes?: number;
}

const DEFAULT_MAX_LOAD = 2 ** 31;
/** Deflate cannot do better than this (zlib's technical details); a larger claim is a lie. */
const MAX_DEFLATE_RATIO = 1032;
const MAX_ENTRIES = 4096;

/** Open and list. @throws RrError FILE_NOT_FOUND, IS_FOLDER, FILE_CORRUPT (not a ZIP, forged sizes, duplicate names). */
export async function openNpz(path: string, options: OpenNpzOptions = {}): Promise<NpzFile> {
  const size = await stat(path).then(
    (stats) => stats.size,
    (cause) => {
      throw missingFile(path, { cause });
    },
  );
  requireFile(path);
  let zip: ZipFile;
  try {
    zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
  } catch (cause) {
    throw corrupt(path, `is not an NPZ file (${messageOf(cause)})`, cause);
  }
  const entries = new Map<string, Entry>();
  try {
    if (zip.entryCount > MAX_ENTRIES) throw corrupt(path, `claims ${zip.entryCount} arrays`);
    let compressed = 0;
    for await (const entry of zip.eachEntry()) {
      checkEntry(entry, path);
      // overlapping entries are how small files unpack to petabytes
      compressed += entry.compressedSize;
      if (compressed > size) throw corrupt(path, 'its entries overlap');
      const name = entry.fileName.slice(0, -'.npy'.length);
      if (entries.has(name)) throw corrupt(path, `holds array ${name} twice`);
      entries.set(name, entry);
    }
  } catch (cause) {
    zip.close();
    throw cause instanceof RrError ? cause : corrupt(path, messageOf(cause), cause);
  }
  return new NpzFile(path, zip, entries, options.maxLoadBytes ?? DEFAULT_MAX_LOAD);
}

function checkEntry(entry: Entry, path: string): void {
  if (!entry.fileName.endsWith('.npy'))
    throw corrupt(path, `holds '${entry.fileName.slice(0, 80)}', which is no array`);
  if (!entry.canDecodeFileData()) throw corrupt(path, `${entry.fileName}: its compression is not supported`);
  if (entry.uncompressedSize > entry.compressedSize * MAX_DEFLATE_RATIO + 64) {
    throw corrupt(path, `${entry.fileName}: claims an impossible size`);
  }
}

export class NpzFile {
  readonly path: string;
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #maxLoadBytes: number;

  constructor(path: string, zip: ZipFile, entries: ReadonlyMap<string, Entry>, maxLoadBytes: number) {
    this.path = path;
    this.#zip = zip;
    this.#entries = entries;
    this.#maxLoadBytes = maxLoadBytes;
  }

  get entries(): NpzEntry[] {
    return [...this.#entries].map(([name, entry]) => ({
      name,
      bytes: entry.uncompressedSize,
      compressedBytes: entry.compressedSize,
    }));
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  close(): void {
    this.#zip.close();
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry) return entry;
    const hint = [...this.#entries.keys()].join(', ').slice(0, 600);
    throw new RrError('NPZ_ARRAY_MISSING', { path: this.path, array: name, hint: `; it holds ${hint || 'nothing'}` });
  }

  #where(name: string): string {
    return `${this.path}: array ${name}`;
  }

  async #stream(name: string): Promise<Readable> {
    try {
      return await this.#zip.openReadStreamPromise(this.#entry(name));
    } catch (cause) {
      throw cause instanceof RrError ? cause : corrupt(this.#where(name), messageOf(cause), cause);
    }
  }

  /** Pieces of an entry's bytes; failures of the ZIP, of deflate or of the CRC (at the end) become FILE_CORRUPT. */
  async *#bytes(name: string): AsyncGenerator<Buffer> {
    const stream = await this.#stream(name);
    let crc = 0;
    try {
      for await (const part of stream) {
        crc = crc32(part as Buffer, crc);
        yield part as Buffer;
      }
      if (crc !== this.#entry(name).crc32) throw corrupt(this.#where(name), 'is damaged (its CRC does not match)');
    } catch (cause) {
      throw cause instanceof RrError ? cause : corrupt(this.#where(name), messageOf(cause), cause);
    } finally {
      stream.destroy();
    }
  }

  /** Type and shape of an array, reading only its first kilobytes. */
  async header(name: string): Promise<NpyHeader> {
    const parts: Buffer[] = [];
    let total = 0;
    for await (const part of this.#bytes(name)) {
      parts.push(part);
      total += part.length;
      if (total >= HEADER_PROBE_BYTES) break;
    }
    const header = parseNpyHeader(Buffer.concat(parts), this.#where(name));
    this.#checkSize(name, header);
    return header;
  }

  #checkSize(name: string, header: NpyHeader): void {
    if (header.dtype.kind === 'object') return;
    const found = this.#entry(name).uncompressedSize - header.dataOffset;
    const expected = dataBytes(header);
    if (found !== expected) {
      throw corrupt(this.#where(name), `has ${found} bytes of data where its shape needs ${expected}`);
    }
  }

  /** Load a whole array. @throws RrError NPZ_TOO_LARGE, NPZ_ARRAY_MISSING, FILE_CORRUPT, NPZ_PICKLE_REFUSED. */
  async load(name: string): Promise<NpyArray> {
    const bytes = this.#entry(name).uncompressedSize;
    if (bytes > this.#maxLoadBytes) {
      throw new RrError('NPZ_TOO_LARGE', { where: this.#where(name), bytes, limit: this.#maxLoadBytes });
    }
    const parts: Buffer[] = [];
    for await (const part of this.#bytes(name)) parts.push(part);
    return decodeNpy(Buffer.concat(parts, bytes), this.#where(name));
  }

  /**
   * Rows of a numeric C-order array in batches, in memory of one batch.
   * @throws RrError FILE_CORRUPT, also for text, object, Fortran-order and zero-dimensional arrays.
   */
  async *rows(name: string, batchRows: number): AsyncGenerator<RowBatch> {
    const header = await this.header(name);
    const { dtype } = header;
    const [rows] = header.shape;
    const refuse = (detail: string): RrError => corrupt(this.#where(name), detail);
    if (dtype.kind !== 'numeric') throw refuse('holds no numbers');
    if (rows === undefined) throw refuse('is one value, not rows');
    if (header.fortranOrder && header.shape.length > 1) {
      throw refuse('is stored column by column (Fortran order); save it with numpy.ascontiguousarray');
    }
    const rowBytes = elementCount(header.shape.slice(1)) * ITEM_SIZE[dtype.code];
    let skip = header.dataOffset;
    let start = 0;
    let batch = Buffer.allocUnsafe(Math.min(batchRows, rows) * rowBytes);
    let used = 0;
    for await (const part of this.#bytes(name)) {
      let at = Math.min(skip, part.length);
      skip -= at;
      while (at < part.length) {
        const count = Math.min(part.length - at, batch.length - used);
        part.copy(batch, used, at, at + count);
        at += count;
        used += count;
        if (used === batch.length) {
          const ready = batch.length / rowBytes;
          yield { start, rows: ready, data: decodeNumbers(dtype.code, batch, header.bigEndian) };
          start += ready;
          used = 0;
          if ((rows - start) * rowBytes < batch.length) batch = Buffer.allocUnsafe((rows - start) * rowBytes);
        }
      }
    }
  }

  /** The recorded checksums, or undefined when the file has none. */
  async checksums(): Promise<ReadonlyMap<string, string> | undefined> {
    if (!this.has(CHECKSUM_ARRAY)) return undefined;
    const array = await this.load(CHECKSUM_ARRAY);
    const text = array.kind === 'text' ? array.values[0] : undefined;
    try {
      const parsed: unknown = JSON.parse(text ?? '');
      if (typeof parsed !== 'object' || parsed === null) throw new SyntaxError('not an object');
      return new Map(Object.entries(parsed).map(([name, sum]) => [name, String(sum)]));
    } catch (cause) {
      throw corrupt(this.#where(CHECKSUM_ARRAY), `is not a JSON map (${messageOf(cause)})`, cause);
    }
  }

  /**
   * Recompute the checksum of every array that has one recorded, streaming.
   * @returns the names checked; empty when the file records none.
   * @throws RrError NPZ_CHECKSUM at the first difference, NPZ_ARRAY_MISSING for a recorded array that is gone.
   */
  async verify(): Promise<string[]> {
    const recorded = await this.checksums();
    const checked: string[] = [];
    for (const [name, expected] of recorded ?? []) {
      if ((await this.checksum(name)) !== expected) throw new RrError('NPZ_CHECKSUM', { path: this.path, array: name });
      checked.push(name);
    }
    return checked;
  }

  /** Checksum of one array as `data_checksums` records it. Numbers and text are streamed, objects loaded. */
  async checksum(name: string): Promise<string> {
    const header = await this.header(name);
    const hash = beginChecksum(header.dtype, header.shape);
    if (header.dtype.kind === 'object') {
      const array = await this.load(name);
      if (array.kind === 'object') for (const value of array.values) hashObject(hash, value, this.#where(name));
      return hash.digest('hex');
    }
    let skip = header.dataOffset;
    for await (const part of this.#bytes(name)) {
      const at = Math.min(skip, part.length);
      skip -= at;
      if (at < part.length) hash.update(part.subarray(at));
    }
    return hash.digest('hex');
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const corrupt = (path: string, detail: string, cause?: unknown): RrError =>
  new RrError('FILE_CORRUPT', { path, detail }, { cause });

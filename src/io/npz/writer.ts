/**
 * Writes an NPZ file (a ZIP of NPY arrays) whose row count is not known beforehand. Rows go to spill files; when
 * all are there the ZIP is made in one pass that also computes each array's checksum. Memory stays bounded by the
 * number of arrays (two mebibytes each) and distinct texts, not by the number of rows.
 *
 *     const npz = new NpzWriter({ path: 'data/training/hex8_2p.npz' });
 *     const features = npz.numeric('features', 'f4', [40, 9, 9]);
 *     features.append(planes);               // any number of times
 *     npz.scalar('encoder_type', 'hex_v2');
 *     await npz.finish();                    // or npz.abort()
 */
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { writeAtomic } from '../atomic.ts';
import { beginChecksum, CHECKSUM_ARRAY } from './checksum.ts';
import {
  type Column,
  dictScalar,
  type FinishedArray,
  NumericColumn,
  numericArray,
  RaggedColumn,
  TextColumn,
  textScalar,
} from './columns.ts';
import { dtypeOfData, type NumericData, type NumericDtype } from './dtype.ts';
import { formatNpyHeader } from './header.ts';
import './native-crc.ts';
import type { PyFloat } from './python.ts';
import { SparseColumn } from './sparse-column.ts';

export interface NpzWriterOptions {
  /** Where the file goes: a path (written under a temporary name, fsynced, renamed) or a stream such as stdout. */
  readonly target: { readonly path: string } | { readonly stream: Writable };
  /** Folder for spill files. Default: beside the target, or the system's temporary folder for a stream. */
  readonly spillFolder?: string;
  /** Deflate level 0–9. Default 3: on feature planes as fast as 1 and a third smaller; 6 takes twice the time to halve it again. */
  readonly compressionLevel?: number;
  /** Store `data_checksums`. Default true. */
  readonly checksums?: boolean;
}

export interface NpzSummary {
  readonly arrays: number;
  /** SHA-256 per array name. */
  readonly checksums: Readonly<Record<string, string>>;
}

/** A fixed date makes equal contents equal files. It is the one NumPy writes. */
const ENTRY_DATE = new Date(1980, 0, 1);
/** ZIP64 is needed above 4 GiB and has to be announced before the data; well below that we do not bother readers with it. */
const ZIP64_FROM = 2 ** 31;

export class NpzWriter {
  readonly #options: NpzWriterOptions;
  readonly #spillFolder: string;
  readonly #arrays = new Map<string, Column | FinishedArray>();
  #done = false;

  constructor(options: NpzWriterOptions) {
    this.#options = options;
    this.#spillFolder =
      options.spillFolder ?? ('path' in options.target ? dirname(options.target.path) || '.' : tmpdir());
  }

  #add<T extends Column | FinishedArray>(name: string, array: T): T {
    if (this.#done) throw new Error('the NPZ file is already finished');
    if (this.#arrays.has(name) || name === CHECKSUM_ARRAY) throw new Error(`array ${name} is already there`);
    this.#arrays.set(name, array);
    return array;
  }

  /** An array of shape (rows, ...rowShape) that grows. */
  numeric(name: string, dtype: NumericDtype, rowShape: readonly number[] = []): NumericColumn {
    return this.#add(name, new NumericColumn(this.#spillFolder, dtype, rowShape));
  }

  /** An array of shape (rows, ...rowShape) of float32 whose rows are mostly zero; see SparseColumn. */
  sparse(name: string, rowShape: readonly number[], values: readonly number[]): SparseColumn {
    return this.#add(name, new SparseColumn(this.#spillFolder, rowShape, values));
  }

  /** One text per row; `objects` writes Python strings in a pickle, as the original does. */
  text(name: string, form: 'unicode' | 'objects' = 'unicode'): TextColumn {
    return this.#add(name, new TextColumn(this.#spillFolder, form));
  }

  /** Rows of differing length; see RaggedColumn about the two forms. */
  ragged(name: string, dtype: 'i4' | 'f4', form: 'objects' | 'typed'): RaggedColumn {
    return this.#add(name, new RaggedColumn(this.#spillFolder, dtype, form));
  }

  /** A whole array at once. */
  array(name: string, data: NumericData, shape: readonly number[] = [data.length], dtype = dtypeOfData(data)): void {
    this.#add(name, numericArray(data, dtype, shape));
  }

  /** A zero-dimensional array: text, an int64, or a bool. */
  scalar(name: string, value: string | number | boolean): void {
    if (typeof value === 'string') this.#add(name, textScalar(value));
    else if (typeof value === 'boolean') this.#add(name, numericArray(Uint8Array.of(value ? 1 : 0), 'b1', []));
    else this.#add(name, numericArray(BigInt64Array.of(BigInt(value)), 'i8', []));
  }

  /** A pickled dict, for the original's `metadata`. */
  dict(name: string, dict: ReadonlyMap<string, string | number | PyFloat>): void {
    this.#add(name, dictScalar(dict, name));
  }

  /** Make the file. After this, or abort(), the writer is spent. */
  async finish(): Promise<NpzSummary> {
    const { target } = this.#options;
    this.#done = true;
    try {
      if ('stream' in target) return await this.#write(target.stream);
      return await writeAtomic(target.path, (_, temporary) => this.#write(createWriteStream(temporary)));
    } finally {
      this.#close();
    }
  }

  /** Drop everything; no file is made. */
  abort(): void {
    this.#done = true;
    this.#close();
  }

  #close(): void {
    for (const array of this.#arrays.values()) array.close();
    this.#arrays.clear();
  }

  async #write(destination: Writable): Promise<NpzSummary> {
    const zip = new ZipFile();
    const checksums: Record<string, string> = {};
    const level = this.#options.compressionLevel ?? 3;
    for (const [name, array] of this.#arrays) {
      const finished = 'finish' in array ? array.finish() : array;
      addEntry(zip, name, level, finished.size, function* () {
        const hash = beginChecksum(finished.dtype, finished.shape);
        yield formatNpyHeader(finished.dtype, finished.shape);
        yield* finished.body(hash);
        checksums[name] = hash.digest('hex');
      });
    }
    if (this.#options.checksums ?? true) {
      addEntry(zip, CHECKSUM_ARRAY, level, undefined, function* () {
        const sorted = Object.fromEntries(Object.entries(checksums).sort(([a], [b]) => (a < b ? -1 : 1)));
        // Python's separators, as the original writes it
        const text = textScalar(JSON.stringify(sorted).replaceAll('":"', '": "').replaceAll('","', '", "'));
        yield formatNpyHeader(text.dtype, text.shape);
        yield* text.body(beginChecksum(text.dtype, text.shape));
      });
    }
    zip.end();
    zip.on('error', (error: Error) => destination.destroy(error));
    await pipeline(zip.outputStream, destination);
    return { arrays: this.#arrays.size, checksums };
  }
}

function addEntry(
  zip: ZipFile,
  name: string,
  level: number,
  size: number | undefined,
  body: () => Generator<Buffer>,
): void {
  const options = {
    mtime: ENTRY_DATE,
    forceDosTimestamp: true,
    compressionLevel: level,
    forceZip64Format: size === undefined || size >= ZIP64_FROM,
  };
  zip.addReadStreamLazy(`${name}.npy`, options, (callback) => {
    callback(null, Readable.from(body(), { objectMode: false }));
  });
}

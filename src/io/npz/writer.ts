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
import type { Hash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writeAtomic } from '../atomic.ts';
import { beginChecksum, CHECKSUM_ARRAY } from './checksum.ts';
import { type Column, type FinishedArray, NumericColumn } from './columns.ts';
import { dtypeOfData, type NumericData, type NumericDtype } from './dtype.ts';
import { formatNpyHeader } from './header.ts';
import type { PyFloat } from './python.ts';
import { RaggedColumn } from './ragged-column.ts';
import { SparseColumn } from './sparse-column.ts';
import { TextColumn } from './text-column.ts';
import { dictScalar, numericArray, textScalar } from './whole-arrays.ts';
import { type ZipEntry, zipBytes } from './zip.ts';

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
      const checksums: Record<string, string> = {};
      const bytes = zipBytes(this.#entries(checksums), this.#options.compressionLevel ?? 3);
      if ('stream' in target) await pipeline(bytes, target.stream);
      else await writeAtomic(target.path, (file) => file.writeFile(bytes));
      return { arrays: this.#arrays.size, checksums };
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

  /** `checksums` is filled as the entries are made. */
  *#entries(checksums: Record<string, string>): Generator<ZipEntry> {
    for (const [name, array] of this.#arrays) {
      const finished = 'finish' in array ? array.finish() : array;
      const hash = beginChecksum(finished.dtype, finished.shape);
      yield entryOf(name, finished, hash);
      checksums[name] = hash.digest('hex');
    }
    if (!(this.#options.checksums ?? true)) return;
    const sorted = Object.fromEntries(Object.entries(checksums).sort(([a], [b]) => (a < b ? -1 : 1)));
    // Python's separators, as the original writes it
    const text = textScalar(JSON.stringify(sorted).replaceAll('":"', '": "').replaceAll('","', '", "'));
    yield entryOf(CHECKSUM_ARRAY, text, beginChecksum(text.dtype, text.shape));
  }
}

function entryOf(name: string, { dtype, shape, size, body }: FinishedArray, hash: Hash): ZipEntry {
  const header = formatNpyHeader(dtype, shape);
  return {
    name: `${name}.npy`,
    ...(size !== undefined && { size: header.length + size }),
    *pieces() {
      yield header;
      yield* body(hash);
    },
  };
}

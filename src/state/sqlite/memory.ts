/** Cursors and file hashes: values by name. */
import type { Cursors, FileHash, FileHashes } from '../store/store.ts';
import type { Clock, StateFile } from './file.ts';

export class SqliteCursors implements Cursors {
  readonly #file: StateFile;
  readonly #now: Clock;

  constructor(file: StateFile, now: Clock) {
    this.#file = file;
    this.#now = now;
  }

  async get(name: string): Promise<string | undefined> {
    return this.#get(name);
  }

  async set(name: string, value: string): Promise<void> {
    this.#set(name, value);
  }

  async change(name: string, next: (value: string | undefined) => string): Promise<string> {
    return this.#file.transaction(() => {
      const before = this.#get(name);
      const value = next(before);
      if (value !== before) this.#set(name, value);
      return value;
    });
  }

  #get(name: string): string | undefined {
    const row = this.#file.row('cursors', 'name = ?', name);
    return row && String(row.value);
  }

  #set(name: string, value: string): void {
    this.#file.run('INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, NULL)', name, value, this.#now());
  }
}

export class SqliteFileHashes implements FileHashes {
  readonly #file: StateFile;

  constructor(file: StateFile) {
    this.#file = file;
  }

  async all(): Promise<Map<string, FileHash>> {
    const rows = this.#file.rows('file_hashes');
    return new Map(rows.map((row) => [String(row.path), { stamp: String(row.stamp), hash: String(row.hash) }]));
  }

  async put(hashes: ReadonlyMap<string, FileHash>): Promise<void> {
    this.#file.transaction(() => {
      for (const [path, { stamp, hash }] of hashes) {
        this.#file.run('INSERT OR REPLACE INTO file_hashes VALUES (?, ?, ?, NULL)', path, stamp, hash);
      }
    });
  }
}

/** Results as rows of `results`. */
import { type Result, type ResultQuery, ResultSchema, type Results } from '../store/results.ts';
import type { StateFile } from './file.ts';

export class SqliteResults implements Results {
  readonly #file: StateFile;

  constructor(file: StateFile) {
    this.#file = file;
  }

  async add(results: readonly Result[]): Promise<number> {
    return this.#file.transaction(() => {
      let added = 0;
      for (const { id, kind, config, at, record } of results) {
        added += this.#file.run(
          'INSERT OR IGNORE INTO results VALUES (?, ?, ?, ?, ?, NULL)',
          id,
          kind,
          config,
          at,
          record,
        );
      }
      return added;
    });
  }

  async find({ kind, config }: ResultQuery = {}): Promise<Result[]> {
    return this.#file
      .rows('results', 'kind = coalesce(?, kind) AND config IS coalesce(?, config)', kind ?? null, config ?? null)
      .map((row) => ResultSchema.parse(row))
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }

  async ids(): Promise<string[]> {
    return this.#file
      .rows('results')
      .map(({ id }) => String(id))
      .sort();
  }
}

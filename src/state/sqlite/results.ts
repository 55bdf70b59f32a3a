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
        added += this.#file.run('INSERT OR IGNORE INTO results VALUES (?, ?, ?, ?, ?)', id, kind, config, at, record);
      }
      return added;
    });
  }

  async find({ kind, config }: ResultQuery = {}): Promise<Result[]> {
    return this.#file
      .all(
        'SELECT * FROM results WHERE kind = coalesce(?, kind) AND config IS coalesce(?, config) ORDER BY at, id',
        ...[kind ?? null, config ?? null],
      )
      .map((row) => ResultSchema.parse(row));
  }

  async ids(): Promise<string[]> {
    return this.#file.all('SELECT id FROM results ORDER BY id').map((row) => String(row.id));
  }
}

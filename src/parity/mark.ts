/** The verdicts of a parity run, written into the database that the games came from. */
import { type GameParity, GameStore } from '../games/store/store.ts';
import type { CheckRecord, DivergenceRecord } from './records.ts';

/** Verdicts that are made durable together. */
const BATCH = 200;

/**
 * `passed`, `failed` with the move, or `error` where a game could not be replayed. A game that is wrong in its result alone
 * passed when results are allowed. Bad rows have no verdict: rr db check is for them.
 */
export class ParityMarks {
  readonly #store: GameStore;
  readonly #allowResult: boolean;
  readonly #now: () => string;
  #waiting: GameParity[] = [];
  marked = 0;

  /** `now`: ISO-8601. @throws RrError of GameStore.open */
  constructor(path: string, { allowResult, now }: { readonly allowResult: boolean; readonly now: () => string }) {
    this.#store = GameStore.open(path);
    this.#allowResult = allowResult;
    this.#now = now;
  }

  /** The divergence of a game comes right after its check. */
  add(record: CheckRecord | DivergenceRecord): void {
    if (record.type === 'divergence') {
      const last = this.#waiting.at(-1);
      if (last?.id === record.game && last.status === 'failed') {
        this.#waiting[this.#waiting.length - 1] = { ...last, divergenceMove: record.move };
      }
      return;
    }
    if (this.#waiting.length >= BATCH) this.flush();
    const { status, game: id } = record;
    if (id === '') return;
    this.#waiting.push({ id, status: this.#verdict(status), checkedAt: this.#now(), divergenceMove: null });
  }

  #verdict(status: CheckRecord['status']): GameParity['status'] {
    switch (status) {
      case 'ok':
        return 'passed';
      case 'result':
        return this.#allowResult ? 'passed' : 'failed';
      case 'diverged':
        return 'failed';
      case 'unreadable':
        return 'error';
    }
  }

  flush(): void {
    this.marked += this.#store.setParity(this.#waiting);
    this.#waiting = [];
  }

  close(): void {
    this.#store.close();
  }
}

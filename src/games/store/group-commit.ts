/**
 * Commits a store every so many games or milliseconds, whichever comes first: a sync per game would cost more than
 * playing it. A game counts as stored, and may be reported, only when `onStored` was called with its id.
 */
import type { GameStore } from './store.ts';
import type { StoredGame } from './types.ts';

export interface GroupCommitOptions {
  /** Commit when this many games wait. Default 32. */
  readonly games?: number;
  /** Commit when the oldest waiting game is this old. Default 500 ms. */
  readonly ms?: number;
  /** Ids that are durable now, in the order they were added. */
  readonly onStored: (gameIds: readonly string[]) => void;
  /** A commit started by the timer failed; the games still wait, and the next add() or flush() tries again. */
  readonly onError: (error: unknown) => void;
}

export class GroupCommit {
  readonly #store: GameStore;
  readonly #options: GroupCommitOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: GameStore, options: GroupCommitOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** @throws what GameStore.append() and commit() throw */
  add(game: StoredGame): void {
    this.#store.append(game);
    if (this.#store.pending >= (this.#options.games ?? 32)) this.flush();
    else this.#timer ??= setTimeout(() => this.#onTimer(), this.#options.ms ?? 500);
  }

  #onTimer(): void {
    try {
      this.flush();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Commit what waits, now. Call it before closing the store. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const stored = this.#store.commit();
    if (stored.length > 0) this.#options.onStored(stored);
  }
}

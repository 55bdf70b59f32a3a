/** Writes games to the replay database and says which of them are safe. */
import { GroupCommit } from '../../games/store/group-commit.ts';
import { GameStore } from '../../games/store/store.ts';
import type { StoredGame } from '../../games/store/types.ts';

/**
 * A game waits at most so long to become durable. Time decides, not the number of games: a sync takes milliseconds on
 * an idle disk and hundreds on a busy one, and fast players must not pay it every few games. Rows are about a kilobyte.
 */
const COMMIT_MS = 200;
const COMMIT_GAMES = 4096;

export class StoreSink {
  readonly path: string;
  /** Games acknowledged as durable. */
  stored = 0;
  readonly #store: GameStore;
  readonly #commits: GroupCommit;
  #failure: { readonly error: unknown } | undefined;

  /** `onStored` gets the ids that are durable now. @throws RrError of GameStore.openChecked */
  constructor(path: string, onStored: (ids: readonly string[]) => void) {
    this.path = path;
    this.#store = GameStore.openChecked(path);
    this.#commits = new GroupCommit(this.#store, {
      ms: COMMIT_MS,
      games: COMMIT_GAMES,
      onStored: (ids) => {
        this.stored += ids.length;
        onStored(ids);
      },
      onError: (error) => {
        this.#failure ??= { error };
      },
    });
  }

  /** Indices of a run's games that the database already holds. A bad game is played again, and takes its own place. */
  indicesOfRun(runId: string): Set<number> {
    const indices = new Set<number>();
    for (const row of this.#store.headerRows({ runId })) {
      if (!('problem' in row) && row.game_index !== null) indices.add(row.game_index);
    }
    return indices;
  }

  /** @throws what the store throws, this time or at a commit since the last call */
  add(game: StoredGame): void {
    if (this.#failure) throw this.#failure.error;
    this.#commits.add(game);
  }

  /** Commits what waits and closes the file. */
  close(): void {
    try {
      this.#commits.flush();
    } finally {
      this.#store.close();
    }
  }
}

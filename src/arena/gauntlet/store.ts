/** Games of a gauntlet in a replay database: written as they finish, read back to continue where it stopped. */
import * as z from 'zod';
import { GroupCommit } from '../../games/store/group-commit.ts';
import { GameStore } from '../../games/store/store.ts';
import type { StoredGame } from '../../games/store/types.ts';
import { FORFEIT, type MatchGame } from '../match/result.ts';
import { slotOf } from '../match/schedule.ts';

/** A game waits at most so long to become durable. Milliseconds. */
const COMMIT_MS = 200;

const rankingText = z.array(z.array(z.int()));
const optionsText = z.looseObject({
  outcome: z.string().optional(),
  forfeit: z.looseObject({ seat: z.int(), detail: z.string() }).optional(),
});

export class GauntletStore {
  readonly path: string;
  stored = 0;
  readonly #store: GameStore;
  readonly #commits: GroupCommit;
  #failure: { readonly error: unknown } | undefined;

  /** @throws RrError of GameStore.openChecked */
  constructor(path: string) {
    this.path = path;
    this.#store = GameStore.openChecked(path);
    this.#commits = new GroupCommit(this.#store, {
      ms: COMMIT_MS,
      onStored: (ids) => {
        this.stored += ids.length;
      },
      onError: (error) => {
        this.#failure ??= { error };
      },
    });
  }

  /** The games of a match that are there, by number. */
  gamesOf(run: string): Map<number, MatchGame> {
    const games = new Map<number, MatchGame>();
    for (const row of this.#store.rows({ runId: run })) {
      // a bad game is played again, and takes its own place
      if ('problem' in row) continue;
      const { game_index: index, seats } = row;
      if (index === null) continue;
      const { outcome = 'none', forfeit } = optionsText.parse(JSON.parse(row.options));
      const ids = [...seats].sort((a, b) => a.seat - b.seat).map(({ player }) => player);
      games.set(index, {
        index,
        seats: ids,
        candidateSeat: slotOf(index, ids.length).seat + 1,
        winner: row.winner,
        ranking: rankingText.parse(JSON.parse(row.ranking ?? '[]')),
        reason: row.reason ?? FORFEIT,
        outcome,
        plies: row.plies,
        decisions: row.decisions ?? 0,
        ...(forfeit && { forfeit: { seat: forfeit.seat, detail: forfeit.detail } }),
        at: Date.parse(row.created_at),
      });
    }
    return games;
  }

  /** @throws what the store throws, now or at a commit since the last call */
  add(row: StoredGame): void {
    if (this.#failure) throw this.#failure.error;
    this.#commits.add(row);
  }

  close(): void {
    try {
      this.#commits.flush();
    } finally {
      this.#store.close();
    }
  }
}

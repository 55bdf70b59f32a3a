/**
 * Games of a database of either kind as rows of ours, for commands that copy games whole: a row holds what Game does not,
 * such as the run, the settings of a seat and what only a GameReplayDB says.
 */
import { type BadGame, problemOf } from '../bad-game.ts';
import { databaseKind } from '../databases/kind.ts';
import { pausing } from '../pausing.ts';
import type { GameQuery } from '../store/query.ts';
import { GameStore } from '../store/store.ts';
import type { Orphan, StoredGame } from '../store/types.ts';
import { openRingriftDb } from '../upstream/reader.ts';
import type { RingriftGame } from '../upstream/types.ts';
import { storedFromRingrift } from './to-stored.ts';

/** In the order in which they were stored. @throws RrError of opening and reading databases */
export async function* rowsOf(path: string, query: GameQuery = {}): AsyncGenerator<StoredGame | BadGame> {
  yield* pausing((await databaseKind(path)) === 'rr' ? rowsOfStore(path, query) : rowsOfUpstream(path, query));
}

async function* rowsOfStore(path: string, query: GameQuery): AsyncGenerator<StoredGame | BadGame> {
  const store = await GameStore.openReadOnly(path);
  try {
    yield* store.rows(query);
  } finally {
    store.close();
  }
}

/** Converted on the way. */
async function* rowsOfUpstream(path: string, query: GameQuery): AsyncGenerator<StoredGame | BadGame> {
  const reader = await openRingriftDb(path);
  try {
    for (const game of reader.games({ includeExcluded: true }, { everything: true })) {
      const row = 'problem' in game ? game : converted(game, path);
      if ('problem' in row || fits(row, query)) yield row;
    }
  } finally {
    reader.close();
  }
}

function converted(game: RingriftGame, path: string): StoredGame | BadGame {
  try {
    return storedFromRingrift(game);
  } catch (error) {
    return { id: game.game.game_id, where: path, problem: problemOf(error) };
  }
}

const fits = ({ board, players, engine, created_at }: StoredGame, query: GameQuery): boolean =>
  (query.config === undefined || query.config === `${board}_${players}p`) &&
  (query.engine === undefined || query.engine === engine) &&
  (query.since === undefined || created_at >= query.since);

/** The quarantine list of a database of either kind. */
export async function orphansOf(path: string): Promise<readonly Orphan[]> {
  if ((await databaseKind(path)) === 'rr') {
    const store = await GameStore.openReadOnly(path);
    try {
      return store.orphans();
    } finally {
      store.close();
    }
  }
  const reader = await openRingriftDb(path);
  try {
    return reader.orphans().map(({ game_id, detected_at, reason, original_status, board_type, num_players }) => ({
      game_id,
      detected_at,
      reason: reason ?? '',
      status: original_status,
      board: board_type,
      players: num_players,
    }));
  } finally {
    reader.close();
  }
}

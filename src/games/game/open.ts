/** Recorded games of whatever file holds them, one at a time: the one way from a path to a Game. */

import { RrError } from '../../core/errors.ts';
import { type ConfigKey, parseConfigKey } from '../../engine/config-key.ts';
import { FOREIGN_KINDS, type ForeignKind, foreignKind } from '../../io/foreign-kind.ts';
import { type BadGame, problemOf } from '../bad-game.ts';
import { isDatabase } from '../databases/find.ts';
import { databaseKind } from '../databases/kind.ts';
import { pausing } from '../pausing.ts';
import { decodeExtras } from '../store/extras.ts';
import { GameStore } from '../store/store.ts';
import type { StoredGame } from '../store/types.ts';
import { openRingriftDb, type RingriftReader } from '../upstream/reader.ts';
import type { RingriftGame } from '../upstream/types.ts';
import type { Game } from './game.ts';
import { gameOfStored } from './of-stored.ts';
import { gameOfUpstream } from './of-upstream.ts';
import { gamesOfText, type Truncated } from './text.ts';

/** Why a database does not hand games out, in the order in which it is asked. */
export type LeftOut = 'other_config' | 'old' | 'undecided' | 'excluded';

/** A game, a bad one, or how many games the source holds that were not asked for. */
export type GameItem = { readonly game: Game } | BadGame | { readonly leftOut: LeftOut; readonly games: number };

export interface OpenOptions {
  /** Of a database only games of this config. */
  readonly config?: ConfigKey | undefined;
  /** Of a database only games created at or after it. ISO-8601. */
  readonly since?: string | undefined;
  /** Of a database only the game of this id. */
  readonly id?: string | undefined;
  /**
   * Leave out, and count, what nobody may learn from: games that somebody or the parity check excluded. Games of our
   * databases then come by id, so that equal sets of games are equal inputs, whatever order they were played or merged in.
   */
  readonly forTraining?: boolean;
  /** Of a database by creation, newest first, as upstream's exporter takes them. */
  readonly newestFirst?: boolean;
  /** What becomes of a record stream that is not whole. Default: it is refused. */
  readonly truncated?: Truncated;
}

/**
 * The games of a record stream, of reference traces (`-`: on stdin), of our replay database or of upstream's, compressed or
 * not. They have not been replayed. A game that cannot be read is one bad item, and the rest goes on.
 * @throws RrError FILE_NOT_FOUND, FILE_CORRUPT, DB_NEWER, DB_LOCKED, and as readRecords() for text
 */
export async function* openGames(path: string, options: OpenOptions = {}): AsyncGenerator<GameItem> {
  const database = path !== '-' && (await isDatabase(path));
  const kind = database || path === '-' ? undefined : foreignKind(path);
  if (kind !== undefined)
    throw new RrError('FILE_CORRUPT', { path, detail: `is ${FOREIGN_KINDS[kind]}${HINTS[kind] ?? ', and no games'}` });
  const { truncated = 'refused' } = options;
  yield* pausing(database ? await gamesOfDatabase(path, options) : gamesOfText(path, truncated));
}

/** Ids of the games of a database, in the order in which it lists them; undefined for a file that is none. */
export async function gameIds(path: string): Promise<readonly string[] | undefined> {
  if (path === '-' || !(await isDatabase(path))) return undefined;
  const ours = (await databaseKind(path)) === 'rr';
  const source = ours ? await GameStore.openReadOnly(path) : await openRingriftDb(path);
  try {
    return source instanceof GameStore ? source.ids() : source.gameIds({ includeExcluded: true });
  } finally {
    source.close();
  }
}

/** What to do with a file that is not read, where there is something to do. */
const HINTS: Partial<Record<ForeignKind, string>> = {
  prettyRecord: '; records stand on one line each (jq -c .)',
  prettyJson: '; positions and records stand on one line each (jq -c .)',
  npz: '; games cannot be made from it, take the database it was exported from',
};

async function gamesOfDatabase(path: string, options: OpenOptions): Promise<AsyncGenerator<GameItem>> {
  return (await databaseKind(path)) === 'rr' ? gamesOfStore(path, options) : gamesOfUpstream(path, options);
}

async function* gamesOfStore(path: string, options: OpenOptions): AsyncGenerator<GameItem> {
  const { config, since, id, forTraining, newestFirst } = options;
  const store = await GameStore.openReadOnly(path);
  try {
    if (id !== undefined) {
      const row = store.row(id);
      if (row) yield itemOf(row, path);
      return;
    }
    const ofConfig = config ? { config } : {};
    const query = since === undefined ? ofConfig : { ...ofConfig, since };
    if (forTraining) {
      yield* leftOut(
        (narrowed) => store.count(narrowed),
        [
          ['other_config', {}, ofConfig],
          ['old', ofConfig, query],
        ],
      );
    }
    const order = newestFirst ? 'newest' : forTraining ? 'game_id' : 'arrival';
    for (const row of store.rows(query, order)) {
      yield itemOf(row, path, forTraining);
    }
  } finally {
    store.close();
  }
}

function itemOf(row: StoredGame | BadGame, path: string, forTraining = false): GameItem {
  if ('problem' in row) return row;
  return attempt(row.game_id, path, () =>
    forTraining && excluded(row, path) ? { leftOut: 'excluded', games: 1 } : { game: gameOfStored(row, path) },
  );
}

/** A game that failed the parity check is not played by the rules it would be learnt with. */
function excluded(row: StoredGame, path: string): boolean {
  if (row.parity_status === 'non_canonical_history' || row.parity_status === 'failed') return true;
  return row.extras !== null && decodeExtras(row.extras, path).excluded === true;
}

async function* gamesOfUpstream(path: string, options: OpenOptions): AsyncGenerator<GameItem> {
  const reader = await openRingriftDb(path);
  try {
    const { id } = options;
    if (id === undefined) yield* selected(reader, options);
    else {
      const found = reader.game(id);
      if (found) yield gameOfUpstreamRow(found, path);
    }
  } finally {
    reader.close();
  }
}

function* selected(reader: RingriftReader, options: OpenOptions): Generator<GameItem> {
  const { config, since, forTraining, newestFirst } = options;
  const game = config === undefined ? undefined : parseConfigKey(config);
  const all = { includeExcluded: true };
  const ofConfig = game === undefined ? all : { ...all, board: game.board, players: game.players };
  const recent = since === undefined ? ofConfig : { ...ofConfig, since };
  const completed = { ...recent, completed: true };
  const wanted = { ...completed, includeExcluded: false };
  if (forTraining) {
    yield* leftOut(
      (filter) => reader.count(filter),
      [
        ['other_config', all, ofConfig],
        ['old', ofConfig, recent],
        ['undecided', recent, completed],
        ['excluded', completed, wanted],
      ],
    );
  }
  const filter = forTraining ? wanted : recent;
  for (const found of reader.games({ ...filter, ...(newestFirst && { newestFirst }) })) {
    yield gameOfUpstreamRow(found, reader.path);
  }
}

const gameOfUpstreamRow = (found: RingriftGame | BadGame, path: string): GameItem =>
  'problem' in found ? found : attempt(found.game.game_id, path, () => ({ game: gameOfUpstream(found, path) }));

/** What each narrowing of a query leaves out. */
function* leftOut<Query>(
  count: (query: Query) => number,
  steps: readonly (readonly [reason: LeftOut, wider: Query, narrower: Query])[],
): Generator<GameItem> {
  for (const [reason, wider, narrower] of steps) {
    const games = count(wider) - count(narrower);
    if (games > 0) yield { leftOut: reason, games };
  }
}

function attempt(id: string, where: string, read: () => GameItem): GameItem {
  try {
    return read();
  } catch (error) {
    return { id, where, problem: problemOf(error) };
  }
}

/** Where games come from: record streams and databases of both kinds, one game at a time. */

import { RrError } from '../../core/errors.ts';
import { type ConfigKey, parseConfigKey } from '../../engine/config-key.ts';
import { RulesError } from '../../engine/errors.ts';
import { headerKind } from '../../io/ndjson/kinds.ts';
import { type ReadOptions, readRecords } from '../../io/ndjson/reader.ts';
import { databaseKind } from '../databases/kind.ts';
import { gameKind } from '../record/game.ts';
import { decodeExtras } from '../store/extras.ts';
import { GameStore } from '../store/store.ts';
import { openRingriftDb } from '../upstream/reader.ts';
import type { Game } from './game.ts';
import type { Dialect } from './interpret.ts';
import { fromRecord } from './record.ts';
import { fromRingrift } from './ringrift.ts';
import { fromStored } from './stored.ts';

/** Why a database does not hand games out, in the order in which it is asked. */
export type LeftOut = 'other_config' | 'old' | 'undecided' | 'excluded';

/** A game, one that the source holds but that cannot be used, or how many it holds that were not asked for. */
export type GameItem =
  | { readonly game: Game }
  | { readonly id: string; readonly where: string; readonly problem: string }
  | { readonly leftOut: LeftOut; readonly games: number };

export interface DatabaseOptions {
  /** Only games of this config. */
  readonly config?: ConfigKey;
  /** ISO-8601; games created at or after it. */
  readonly since?: string;
  readonly dialect?: Dialect;
  /** By creation, newest first (the original's databases only). */
  readonly newestFirst?: boolean;
}

/**
 * Games of our databases come by id, so that equal sets of games are equal inputs, whatever order they were played or
 * merged in; those of the original's come as its own reader gives them.
 * @throws RrError FILE_NOT_FOUND, FILE_CORRUPT, DB_NEWER, DB_LOCKED
 */
export async function* gamesOfDatabase(path: string, options: DatabaseOptions = {}): AsyncGenerator<GameItem> {
  yield* (await databaseKind(path)) === 'rr' ? gamesOfStore(path, options) : gamesOfRingrift(path, options);
}

async function* gamesOfStore(path: string, { config, since }: DatabaseOptions): AsyncGenerator<GameItem> {
  const store = await GameStore.openReadOnly(path);
  try {
    const ofConfig = config ? { config } : {};
    const query = since === undefined ? ofConfig : { ...ofConfig, since };
    yield* leftOut(
      (narrowed) => store.count(narrowed),
      [
        ['other_config', {}, ofConfig],
        ['old', ofConfig, query],
      ],
    );
    for (const stored of store.gamesById(query)) {
      // A game that failed the parity check is not played by the rules it would be learnt with.
      const failed = stored.parity_status === 'non_canonical_history' || stored.parity_status === 'failed';
      if (failed || (stored.extras !== null && decodeExtras(stored.extras, path).excluded)) {
        yield { leftOut: 'excluded', games: 1 };
      } else yield attempt(stored.game_id, path, () => fromStored(stored, path));
    }
  } finally {
    store.close();
  }
}

async function* gamesOfRingrift(
  path: string,
  { config, since, dialect, newestFirst }: DatabaseOptions,
): AsyncGenerator<GameItem> {
  const reader = await openRingriftDb(path);
  const game = config === undefined ? undefined : parseConfigKey(config);
  try {
    const all = { includeExcluded: true };
    const ofConfig = game === undefined ? all : { ...all, board: game.board, players: game.players };
    const recent = since === undefined ? ofConfig : { ...ofConfig, since };
    const completed = { ...recent, completed: true };
    const wanted = { ...completed, includeExcluded: false };
    yield* leftOut(
      (filter) => reader.count(filter),
      [
        ['other_config', all, ofConfig],
        ['old', ofConfig, recent],
        ['undecided', recent, completed],
        ['excluded', completed, wanted],
      ],
    );
    for (const found of reader.games({ ...wanted, ...(newestFirst && { newestFirst }) })) {
      if ('problem' in found) yield { id: found.gameId, where: path, problem: found.problem };
      else yield attempt(found.game.game_id, path, () => fromRingrift(found, path, dialect));
    }
  } finally {
    reader.close();
  }
}

/** Game records of a file, or of stdin for `-`. @throws RrError as readRecords does, also for a game that is not legal. */
export async function* gamesOfRecords(
  path: string,
  options: Pick<ReadOptions, 'allowTruncated'> = {},
): AsyncGenerator<GameItem> {
  let created: string | null = null;
  for await (const item of readRecords(path, { ...options, kinds: [gameKind, headerKind] })) {
    if (item.type === 'header') created = typeof item.record.created === 'string' ? item.record.created : null;
    const record = item.as(gameKind);
    if (record) yield { game: fromRecord(record, item.where, created) };
  }
}

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

/** The rules' refusals belong to the game, everything else to the file. */
function attempt(id: string, where: string, read: () => Game): GameItem {
  try {
    return { game: read() };
  } catch (error) {
    const ofGame = error instanceof RulesError || (error instanceof RrError && error.code === 'FILE_CORRUPT');
    if (!ofGame) throw error;
    return { id, where, problem: error.message };
  }
}

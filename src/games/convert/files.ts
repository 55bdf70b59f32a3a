/** Whole databases from one kind to the other, one game at a time. */
import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { RrError } from '../../core/errors.ts';
import { RulesError } from '../../engine/errors.ts';
import { databaseKind } from '../databases/kind.ts';
import { Merger, type MergeSummary } from '../store/merge.ts';
import type { GameQuery } from '../store/query.ts';
import { GameStore } from '../store/store.ts';
import type { Orphan, StoredGame } from '../store/types.ts';
import { openRingriftDb } from '../upstream/reader.ts';
import { MIN_MOVES } from '../upstream/schema.ts';
import type { RingriftGame, RingriftOrphan, UnusableGame } from '../upstream/types.ts';
import { RingriftWriter } from '../upstream/writer.ts';
import type { AssembleOptions } from './assemble.ts';
import { ringriftFromStored } from './to-ringrift.ts';
import { storedFromRingrift } from './to-stored.ts';

export interface ConvertHooks {
  /** Called after each game, converted or not. */
  readonly onGame?: () => void;
  /** A game that cannot be converted, with the reason; the others are. */
  readonly onRefused?: (gameId: string, source: string, problem: string) => void;
  readonly stopped?: () => boolean;
}

/** @throws RrError USAGE when both paths are one file, whatever it is called. */
export function refuseSameFile(source: string, target: string): void {
  const real = (path: string): string => (existsSync(path) ? realpathSync(path) : resolve(path));
  if (real(source) !== real(target)) return;
  throw new RrError('USAGE', { detail: `${source}: is the file to write to as well; name another target` });
}

/** @throws RrError USAGE unless the file is of that kind; `hint` says what to do with the other kind. */
export async function requireKind(path: string, kind: 'rr' | 'ringrift', hint: string): Promise<void> {
  if ((await databaseKind(path)) === kind) return;
  const what = kind === 'rr' ? "one of the original's databases" : 'a replay database of rr';
  throw new RrError('USAGE', { detail: `${path}: is ${what}; ${hint}` });
}

export interface Refusals {
  /** Games that were not converted. */
  readonly refused: number;
}

/**
 * Adds the games of the original's databases to one of ours, which is made when missing. Killed and repeated it ends
 * the same. A game that cannot be read goes onto the quarantine list.
 * @throws RrError of reading and writing databases; `now` is ISO-8601
 */
export async function convertToRr(
  sources: readonly string[],
  target: string,
  now: string,
  hooks: ConvertHooks = {},
): Promise<MergeSummary & Refusals> {
  for (const source of sources) {
    refuseSameFile(source, target);
    await requireKind(source, 'ringrift', 'rr db merge puts those together');
  }
  const store = GameStore.open(target);
  let refused = 0;
  try {
    const merger = new Merger(store);
    for (const source of sources) {
      const orphans: Orphan[] = [];
      for await (const item of storedGames(source, hooks.stopped)) {
        const problem = 'problem' in item ? item.problem : refusalOf(() => merger.add(item));
        if (problem !== undefined) {
          const id = 'problem' in item ? item.gameId : item.game_id;
          refused++;
          orphans.push({ game_id: id, detected_at: now, reason: problem, status: null, board: null, players: null });
          hooks.onRefused?.(id, source, problem);
        }
        hooks.onGame?.();
      }
      merger.flush();
      store.addOrphans([...(await ringriftOrphans(source)), ...orphans]);
    }
    return { ...merger.summary, refused };
  } finally {
    store.close();
  }
}

/** Games of the original's database as rows of ours; those that cannot be read with the reason. */
async function* storedGames(path: string, stopped?: () => boolean): AsyncGenerator<StoredGame | UnusableGame> {
  const reader = await openRingriftDb(path);
  try {
    for (const game of reader.games({ includeExcluded: true }, { everything: true })) {
      if (stopped?.()) return;
      yield 'problem' in game ? game : convertible(game);
    }
  } finally {
    reader.close();
  }
}

function convertible(game: RingriftGame): StoredGame | UnusableGame {
  try {
    return storedFromRingrift(game);
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    return { gameId: game.game.game_id, problem: error.message };
  }
}

async function ringriftOrphans(path: string): Promise<Orphan[]> {
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

/** Rows of a database of either kind, as ours; unreadable games of the original's with the reason. */
export async function* rowsOf(path: string, query: GameQuery = {}): AsyncGenerator<StoredGame | UnusableGame> {
  if ((await databaseKind(path)) === 'ringrift') {
    for await (const item of storedGames(path)) {
      if ('problem' in item || fits(item, query)) yield item;
    }
    return;
  }
  const store = await GameStore.openReadOnly(path);
  try {
    yield* store.games(query);
  } finally {
    store.close();
  }
}

/** The quarantine list of a database of either kind. */
export async function orphansOf(path: string): Promise<readonly Orphan[]> {
  if ((await databaseKind(path)) === 'ringrift') return ringriftOrphans(path);
  const store = await GameStore.openReadOnly(path);
  try {
    return store.orphans();
  } finally {
    store.close();
  }
}

const fits = ({ board, players, engine, created_at }: StoredGame, query: GameQuery): boolean =>
  (query.config === undefined || query.config === `${board}_${players}p`) &&
  (query.engine === undefined || query.engine === engine) &&
  (query.since === undefined || created_at >= query.since);

export interface WrittenSummary extends Refusals {
  readonly read: number;
  readonly written: number;
}

/**
 * Writes the games of our databases to a new one of the original's kind, which appears complete or not at all.
 * Games the original would refuse (fewer than MIN_MOVES moves) are reported and left out, as is a second game of one id.
 * @throws RrError of reading and writing databases
 */
export async function convertToRingrift(
  sources: readonly string[],
  target: string,
  options: AssembleOptions,
  hooks: ConvertHooks = {},
): Promise<WrittenSummary> {
  for (const source of sources) {
    refuseSameFile(source, target);
    await requireKind(source, 'rr', 'it needs no conversion');
  }
  const writer = new RingriftWriter(target);
  const summary = { read: 0, written: 0, refused: 0 };
  try {
    const orphans = new Map<string, RingriftOrphan>();
    for (const source of sources) {
      const store = await GameStore.openReadOnly(source);
      try {
        for (const stored of store.games()) {
          if (hooks.stopped?.()) break;
          summary.read++;
          const problem = refusalOf(() => writeGame(writer, stored, source, options));
          if (problem === undefined) summary.written++;
          else {
            summary.refused++;
            hooks.onRefused?.(stored.game_id, source, problem);
          }
          hooks.onGame?.();
        }
        for (const orphan of store.orphans()) orphans.set(orphan.game_id, serviceOrphan(orphan));
      } finally {
        store.close();
      }
    }
    for (const orphan of orphans.values()) writer.addOrphan(orphan);
    if (hooks.stopped?.()) {
      writer.abort();
      return { ...summary, written: 0 };
    }
    writer.finish();
  } catch (error) {
    writer.abort();
    throw error;
  }
  return summary;
}

function writeGame(writer: RingriftWriter, stored: StoredGame, source: string, options: AssembleOptions): void {
  if (stored.plies < MIN_MOVES) {
    const detail = `has ${stored.plies} moves, and the original takes none with fewer than ${MIN_MOVES}`;
    throw new RrError('DB_GAME_REFUSED', { path: writer.path, game: stored.game_id, detail });
  }
  writer.add(ringriftFromStored(stored, source, options));
}

const serviceOrphan = ({ status, board, players, reason, ...rest }: Orphan): RingriftOrphan => ({
  ...rest,
  reason: reason === '' ? null : reason,
  original_status: status,
  board_type: board,
  num_players: players,
});

/** Why one game was refused; undefined when it was taken. */
function refusalOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof RrError && error.code === 'DB_GAME_REFUSED') return String(error.params.detail);
    throw error;
  }
}

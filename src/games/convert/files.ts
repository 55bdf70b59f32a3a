/** Whole databases from one kind to the other, one game at a time. */
import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { RrError } from '../../core/errors.ts';
import { problemOf } from '../bad-game.ts';
import { assertDatabases } from '../databases/find.ts';
import { databaseKind } from '../databases/kind.ts';
import { pausing } from '../pausing.ts';
import { Merger, type MergeSummary } from '../store/merge.ts';
import { GameStore } from '../store/store.ts';
import type { Orphan, StoredGame } from '../store/types.ts';
import { MIN_MOVES } from '../upstream/schema.ts';
import type { RingriftOrphan } from '../upstream/types.ts';
import { RingriftWriter } from '../upstream/writer.ts';
import { orphansOf, rowsOf } from './rows.ts';
import { type AssembleOptions, ringriftFromStored } from './to-ringrift.ts';

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
  await assertDatabases([path]);
  if ((await databaseKind(path)) === kind) return;
  const what = kind === 'rr' ? "one of upstream's databases" : 'a replay database of rr';
  throw new RrError('USAGE', { detail: `${path}: is ${what}; ${hint}` });
}

export interface Refusals {
  /** Games that were not converted. */
  readonly refused: number;
}

/**
 * Adds the games of upstream's databases to one of ours, which is made when missing. Killed and repeated it ends
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
      for await (const item of rowsOf(source)) {
        if (hooks.stopped?.()) break;
        const problem = 'problem' in item ? item.problem : refusalOf(() => merger.add(item));
        if (problem !== undefined) {
          const id = 'problem' in item ? item.id : item.game_id;
          refused++;
          orphans.push({ game_id: id, detected_at: now, reason: problem, status: null, board: null, players: null });
          hooks.onRefused?.(id, source, problem);
        }
        hooks.onGame?.();
      }
      merger.flush();
      store.addOrphans([...(await orphansOf(source)), ...orphans]);
    }
    return { ...merger.summary, refused };
  } finally {
    store.close();
  }
}

export interface WrittenSummary extends Refusals {
  readonly read: number;
  readonly written: number;
}

/**
 * Writes the games of our databases to a new one of upstream's kind, which appears complete or not at all.
 * Games upstream would refuse (fewer than MIN_MOVES moves) are reported and left out, as is a second game of one id.
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
        for await (const row of pausing(store.rows())) {
          if (hooks.stopped?.()) break;
          summary.read++;
          const problem = 'problem' in row ? row.problem : refusalOf(() => writeGame(writer, row, source, options));
          if (problem === undefined) summary.written++;
          else {
            summary.refused++;
            hooks.onRefused?.('problem' in row ? row.id : row.game_id, source, problem);
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
    const detail = `has ${stored.plies} moves, and upstream takes none with fewer than ${MIN_MOVES}`;
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
    return problemOf(error);
  }
}

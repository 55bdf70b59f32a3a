/**
 * Merging databases as a set union by game id. The same game found twice is the same game, except for what was
 * learnt about it later (parity, quality); joinGames() picks deterministically, so that merging is idempotent,
 * commutative and associative: any order of any machines' files gives the same database.
 */
import { checksumOf, type GameStore } from './store.ts';
import { type GameHeader, PARITY_STATES, type StoredGame } from './types.ts';

export interface MergeSummary {
  readonly read: number;
  readonly added: number;
  /** Known games about which the source knew more. */
  readonly updated: number;
  /** Known games with other contents under the same id: a bug or a forged file somewhere. */
  readonly conflicts: number;
}

const BATCH = 200;

/** Add everything in `source` to `target`, in durable batches; can be killed and repeated. */
export function mergeStores(target: GameStore, source: GameStore): MergeSummary {
  let [read, added, updated, conflicts] = [0, 0, 0, 0];
  const changed = new Map<string, StoredGame>();
  const write = () => {
    target.replace([...changed.values()]);
    changed.clear();
  };
  for (const game of source.games()) {
    read++;
    const known = target.get(game.game_id);
    if (known === undefined) {
      added++;
      changed.set(game.game_id, game);
    } else {
      const joined = joinGames(known, game);
      if (contentKey(known) !== contentKey(game)) conflicts++;
      if (fullKey(joined) !== fullKey(known)) {
        updated++;
        changed.set(game.game_id, joined);
      }
    }
    if (changed.size >= BATCH) write();
  }
  write();
  target.addOrphans(source.orphans());
  return { read, added, updated, conflicts };
}

/** The least upper bound of two versions of one game. */
export function joinGames(a: StoredGame, b: StoredGame): StoredGame {
  const content = contentKey(a) <= contentKey(b) ? a : b;
  const parity = parityKey(a) >= parityKey(b) ? a : b;
  const quality = qualityKey(a) >= qualityKey(b) ? a : b;
  return {
    ...content,
    parity_status: parity.parity_status,
    parity_checked_at: parity.parity_checked_at,
    parity_divergence_move: parity.parity_divergence_move,
    quality: quality.quality,
    quality_category: quality.quality_category,
  };
}

/** A text that orders versions by what was played and how it was made. */
function contentKey(game: StoredGame): string {
  const { moves, extras, ...rest } = game;
  const { parity_status, parity_checked_at, parity_divergence_move, quality, quality_category, ...fixed } = rest;
  return checksumOf(moves, extras).toString('hex') + sortedJson(fixed);
}

const fullKey = (game: StoredGame): string => contentKey(game) + parityKey(game) + qualityKey(game);

/** Worse findings outrank better ones, later ones earlier ones. */
export function parityKey(
  game: Pick<GameHeader, 'parity_status' | 'parity_checked_at' | 'parity_divergence_move'>,
): string {
  const rank = PARITY_STATES.indexOf(game.parity_status);
  return JSON.stringify([rank, game.parity_checked_at ?? '', game.parity_divergence_move ?? -1]);
}

/** Measured games outrank unmeasured ones. */
export const qualityKey = (game: Pick<GameHeader, 'quality' | 'quality_category'>): string =>
  JSON.stringify([game.quality === null ? '' : game.quality.toFixed(12), game.quality_category ?? '']);

const sortedJson = (value: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

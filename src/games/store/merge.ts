/**
 * Merging databases as a set union by game id. The same game found twice is the same game, except for what was
 * learnt about it later (parity, quality); joinGames() picks deterministically, so that merging is idempotent,
 * commutative and associative: any order of any machines' files gives the same database.
 */
import { type BadGame, problemOf } from '../bad-game.ts';
import { pausing } from '../pausing.ts';
import { checksumOf } from './checksum.ts';
import type { GameStore } from './store.ts';
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

/** Adds games to a store in durable batches; what a repeat adds is nothing. */
export class Merger {
  readonly #target: GameStore;
  readonly #changed = new Map<string, StoredGame>();
  #read = 0;
  #added = 0;
  #updated = 0;
  #conflicts = 0;

  constructor(target: GameStore) {
    this.#target = target;
  }

  get summary(): MergeSummary {
    return { read: this.#read, added: this.#added, updated: this.#updated, conflicts: this.#conflicts };
  }

  /** @throws RrError DB_GAME_REFUSED, or what GameStore.replace() throws when a batch is full */
  add(game: StoredGame): void {
    const { game_id } = game;
    this.#target.accept(game);
    this.#read++;
    const known = this.#changed.get(game_id) ?? this.#target.row(game_id);
    // a good copy takes the place of a bad game
    if (known === undefined || 'problem' in known) {
      this.#added++;
      this.#changed.set(game_id, game);
    } else {
      const joined = joinGames(known, game);
      if (contentKey(known) !== contentKey(game)) this.#conflicts++;
      if (fullKey(joined) !== fullKey(known)) {
        this.#updated++;
        this.#changed.set(game_id, joined);
      }
    }
    if (this.#changed.size >= BATCH) this.flush();
  }

  /** Make durable what waits. */
  flush(): void {
    if (this.#changed.size > 0) this.#target.replace([...this.#changed.values()]);
    this.#changed.clear();
  }
}

/** Add everything in `source` to `target`, in durable batches; can be killed and repeated. Throws for the first bad game. */
export function mergeStores(target: GameStore, source: GameStore): MergeSummary {
  const merger = new Merger(target);
  for (const game of source.games()) merger.add(game);
  merger.flush();
  target.addOrphans(source.orphans());
  return merger.summary;
}

export interface MergeHooks {
  /** A game that is left out. */
  readonly onBad: (bad: BadGame) => void;
  readonly stopped: () => boolean;
}

/** The same, leaving out bad games: the others are merged. */
export async function mergeGoodGames(
  target: GameStore,
  source: GameStore,
  { onBad, stopped }: MergeHooks,
): Promise<MergeSummary & { readonly refused: number }> {
  const merger = new Merger(target);
  let refused = 0;
  const refuse = (bad: BadGame): void => {
    refused++;
    onBad(bad);
  };
  try {
    for await (const row of pausing(source.rows())) {
      if (stopped()) break;
      if ('problem' in row) refuse(row);
      else {
        try {
          merger.add(row);
        } catch (error) {
          refuse({ id: row.game_id, where: source.path, problem: problemOf(error) });
        }
      }
    }
  } finally {
    merger.flush();
  }
  target.addOrphans(source.orphans());
  return { ...merger.summary, refused };
}

/** The least upper bound of two versions of one game; the earlier time is nearer to when it was played. */
export function joinGames(a: StoredGame, b: StoredGame): StoredGame {
  const content = contentKey(a) <= contentKey(b) ? a : b;
  const parity = parityKey(a) >= parityKey(b) ? a : b;
  const quality = qualityKey(a) >= qualityKey(b) ? a : b;
  return {
    ...content,
    created_at: a.created_at <= b.created_at ? a.created_at : b.created_at,
    parity_status: parity.parity_status,
    parity_checked_at: parity.parity_checked_at,
    parity_divergence_move: parity.parity_divergence_move,
    quality: quality.quality,
    quality_category: quality.quality_category,
    quality_version: quality.quality_version,
  };
}

/**
 * A text that orders versions by what was played and how it was made. Not by when: a record that does not say gets the
 * time of its stream or of its import, which differs from one import of the same game to the next.
 */
function contentKey(game: StoredGame): string {
  const { moves, extras, created_at, ...rest } = game;
  const {
    parity_status,
    parity_checked_at,
    parity_divergence_move,
    quality,
    quality_category,
    quality_version,
    ...fixed
  } = rest;
  return checksumOf(moves, extras).toString('hex') + sortedJson(fixed);
}

const fullKey = (game: StoredGame): string => contentKey(game) + game.created_at + parityKey(game) + qualityKey(game);

/** Worse findings outrank better ones, later ones earlier ones. */
export function parityKey(
  game: Pick<GameHeader, 'parity_status' | 'parity_checked_at' | 'parity_divergence_move'>,
): string {
  const rank = PARITY_STATES.indexOf(game.parity_status);
  return JSON.stringify([rank, game.parity_checked_at ?? '', game.parity_divergence_move ?? -1]);
}

/** Measured games outrank unmeasured ones, and later formulas earlier ones. */
export const qualityKey = (
  game: Pick<GameHeader, 'quality' | 'quality_category'> & { readonly quality_version?: number | null },
): string => {
  const version = String(game.quality_version ?? 0).padStart(6, '0');
  return JSON.stringify([version, game.quality === null ? '' : game.quality.toFixed(12), game.quality_category ?? '']);
};

const sortedJson = (value: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

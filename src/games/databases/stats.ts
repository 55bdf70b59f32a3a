/** What is in a database: counts by config, engine, reason and winner, lengths, quality, parity and size. */
import { at } from '../../core/at.ts';
import { sizeOf } from '../../io/file-facts.ts';
import type { BadGame } from '../bad-game.ts';
import { GameStore } from '../store/store.ts';
import { databaseKind } from './kind.ts';
import { type ListedGame, type ListQuery, listGames } from './listing.ts';

type Counts = Readonly<Record<string, number>>;

export interface ConfigStats {
  readonly config: string;
  readonly games: number;
  readonly status: Counts;
  readonly engines: Counts;
  readonly reasons: Counts;
  /** By seat; `none` without a winner. */
  readonly winners: Counts;
  /** Moves of a game, bookkeeping included. */
  readonly plies: { readonly min: number; readonly median: number; readonly mean: number; readonly max: number };
  /** Mean of those games that know it. */
  readonly quality: number | null;
  readonly qualities: Counts;
  readonly parity: Counts;
  readonly first: string;
  readonly last: string;
  /** Bytes of moves, search data and extras per game; null for the original's databases. */
  readonly bytesPerGame: number | null;
}

export interface DatabaseStats {
  readonly path: string;
  readonly kind: 'rr' | 'ringrift';
  /** The file and its log. */
  readonly bytes: number;
  readonly games: number;
  /** Games that cannot be read. */
  readonly unreadable: number;
  readonly configs: readonly ConfigStats[];
}

export interface StatsHooks {
  readonly onBad?: (bad: BadGame) => void;
  readonly stopped?: () => boolean;
}

/** One pass over the headers. Memory: a number per game. @throws RrError as listGames() */
export async function databaseStats(
  path: string,
  query: ListQuery = {},
  { onBad, stopped }: StatsHooks = {},
): Promise<DatabaseStats> {
  const kind = await databaseKind(path);
  const tallies = new Map<string, Tally>();
  let unreadable = 0;
  for await (const game of listGames(path, query)) {
    if (stopped?.()) break;
    if ('problem' in game) {
      unreadable++;
      onBad?.(game);
      continue;
    }
    const tally = tallies.get(game.config) ?? new Tally(game.config);
    tallies.set(game.config, tally);
    tally.add(game);
  }
  const blobs = kind === 'rr' ? await blobBytes(path) : undefined;
  const filtered = query.engine !== undefined || query.since !== undefined;
  const configs = [...tallies.values()]
    .sort((a, b) => (a.config < b.config ? -1 : 1))
    .map((tally) => tally.result(filtered ? undefined : blobs?.get(tally.config)));
  const bytes = sizeOf(path) + sizeOf(`${path}-wal`);
  return { path, kind, bytes, games: configs.reduce((sum, { games }) => sum + games, 0), unreadable, configs };
}

async function blobBytes(path: string): Promise<ReadonlyMap<string, number>> {
  const store = await GameStore.openReadOnly(path);
  try {
    return store.blobBytes();
  } finally {
    store.close();
  }
}

class Tally {
  readonly config: string;
  readonly #plies: number[] = [];
  readonly #counts = {
    status: new Map<string, number>(),
    engines: new Map<string, number>(),
    reasons: new Map<string, number>(),
    winners: new Map<string, number>(),
    qualities: new Map<string, number>(),
    parity: new Map<string, number>(),
  };
  #quality = 0;
  #rated = 0;
  #first = '';
  #last = '';

  constructor(config: string) {
    this.config = config;
  }

  add(game: ListedGame): void {
    const { status, engines, reasons, winners, qualities, parity } = this.#counts;
    this.#plies.push(game.plies);
    count(status, game.status);
    count(engines, game.engine ?? 'unknown');
    count(reasons, game.reason ?? 'unknown');
    count(winners, game.winner === null ? 'none' : String(game.winner));
    count(parity, game.parity);
    if (game.quality !== null) {
      this.#quality += game.quality;
      this.#rated++;
      count(qualities, game.qualityCategory ?? 'unknown');
    }
    if (this.#first === '' || game.created < this.#first) this.#first = game.created;
    if (game.created > this.#last) this.#last = game.created;
  }

  result(blobBytes: number | undefined): ConfigStats {
    const plies = this.#plies.sort((a, b) => a - b);
    const games = plies.length;
    const { status, engines, reasons, winners, qualities, parity } = this.#counts;
    return {
      config: this.config,
      games,
      status: listed(status),
      engines: listed(engines),
      reasons: listed(reasons),
      winners: listed(winners),
      plies: {
        min: at(plies, 0),
        median: (at(plies, (games - 1) >> 1) + at(plies, games >> 1)) / 2,
        mean: plies.reduce((sum, n) => sum + n, 0) / games,
        max: at(plies, games - 1),
      },
      quality: this.#rated === 0 ? null : this.#quality / this.#rated,
      qualities: listed(qualities),
      parity: listed(parity),
      first: this.#first,
      last: this.#last,
      bytesPerGame: blobBytes === undefined ? null : blobBytes / games,
    };
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Largest first. */
const listed = (counts: ReadonlyMap<string, number>): Counts =>
  Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));

/** Things that one side has and the other lacks. Nothing is moved or changed by asking. */
import { RrError } from '../core/errors.ts';
import type { FileItem, Kind, RowIds } from './peer/items.ts';
import type { Hello, Query, Side } from './peer/methods.ts';

export interface SyncQuery {
  readonly kinds: readonly Kind[];
  readonly config?: string | undefined;
  /** Cursor of a database that ends at `last`, when only games stored since then are asked about; 0 asks about all. */
  readonly after?: (database: string, last: number) => Promise<number>;
}

export interface GamesPlan {
  /** File name of the database. */
  readonly name: string;
  readonly ids: readonly string[];
  /** The other side lacks entries of the quarantine list, which goes along with every snapshot. */
  readonly orphans: boolean;
  /** Estimated from the database's size. */
  readonly bytes: number;
  /** The sender's cursor once these games have arrived. */
  readonly last: number;
}

export interface Plan {
  readonly files: readonly FileItem[];
  readonly games: readonly GamesPlan[];
  readonly rows: RowIds;
}

export const EMPTY_PLAN: Plan = { files: [], games: [], rows: { results: [], audit: [], events: [] } };

/** Clocks further apart than this would mix up which of two files is newer. Seconds. */
const MAX_SKEW_S = 300;

/**
 * Two sides must speak the same protocol and keep their databases alike, be two folders, and agree on the time.
 * @throws RrError HOST_VERSION, CLOCK_SKEW, USAGE
 */
export function checkHello(name: string, mine: Hello, theirs: Hello, skewMs: number): void {
  const differences = [
    ['protocol', theirs.protocol, mine.protocol],
    ['game database schema', theirs.schemas.games, mine.schemas.games],
    ['state database schema', theirs.schemas.state, mine.schemas.state],
  ] as const;
  for (const [what, there, here] of differences) {
    if (there === here) continue;
    const detail = `${what} ${there}, here ${here}`;
    throw new RrError('HOST_VERSION', { host: name, found: theirs.rr, detail, known: mine.rr });
  }
  if (theirs.rootId === mine.rootId) {
    throw new RrError('USAGE', { detail: `${name}: is the same data folder as this one` });
  }
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (seconds > MAX_SKEW_S) throw new RrError('CLOCK_SKEW', { host: name, seconds, limit: MAX_SKEW_S });
}

const queryOf = ({ kinds, config }: SyncQuery): Query =>
  config === undefined ? { kinds: [...kinds] } : { kinds: [...kinds], config };

/** Files that a side offers. */
export const listFiles = (from: Side, query: SyncQuery): Promise<FileItem[]> => from.call('files', queryOf(query));

/** `listing` is what listFiles gave for the same side and query. */
export async function makePlan(
  from: Side,
  to: Side,
  syncQuery: SyncQuery,
  listing: Promise<FileItem[]> = listFiles(from, syncQuery),
): Promise<Plan> {
  const { kinds, config, after } = syncQuery;
  const query = queryOf(syncQuery);
  const offered = await listing;
  const lacking = new Set(offered.length === 0 ? [] : await to.call('lackingFiles', offered));
  const rowKinds = kinds.filter((kind) => kind === 'results' || kind === 'models');
  return {
    files: offered.filter((_, index) => lacking.has(index)),
    games: kinds.includes('games') ? await planGames(from, to, query, after) : [],
    rows: rowKinds.length > 0 ? await planRows(from, to, kinds, config) : EMPTY_PLAN.rows,
  };
}

async function planGames(
  from: Side,
  to: Side,
  query: Query,
  after: NonNullable<SyncQuery['after']> = async () => 0,
): Promise<GamesPlan[]> {
  const offered = await from.call('databases', query);
  if (offered.length === 0) return [];
  const theirs = new Map((await to.call('databases', query)).map((one) => [one.name, one]));
  const plans: GamesPlan[] = [];
  for (const { name, games, bytes, digest, last, orphans } of offered) {
    const there = theirs.get(name);
    if (there?.digest === digest) continue;
    const keys = await from.call('gameKeys', { name, after: await after(name, last) });
    const ids = keys.length === 0 ? [] : await to.call('lackingGames', { name, keys });
    const news = lacksOrphans(orphans, there?.orphans ?? []);
    if (ids.length === 0 && !news) continue;
    plans.push({ name, ids, orphans: news, bytes: Math.round((bytes * ids.length) / Math.max(1, games)), last });
  }
  return plans;
}

type Orphans = readonly (readonly [game: string, entry: string])[];

/** True when a list has an entry for a game that the other lacks or has a later one for. */
function lacksOrphans(entries: Orphans, there: Orphans): boolean {
  const known = new Map(there);
  return entries.some(([game, entry]) => {
    const found = known.get(game);
    return found === undefined || entry < found;
  });
}

async function planRows(from: Side, to: Side, kinds: readonly Kind[], config: string | undefined): Promise<RowIds> {
  const { results, audit, events } = await from.call('rowIds', config === undefined ? {} : { config });
  const offered: RowIds = {
    results: kinds.includes('results') ? results : [],
    // the history of the pointers travels with the models
    audit: kinds.includes('models') ? audit : [],
    events: kinds.includes('events') ? events : [],
  };
  return rowCount(offered) === 0 ? offered : to.call('lackingRows', offered);
}

export const rowCount = ({ results, audit, events }: RowIds): number => results.length + audit.length + events.length;

export const planBytes = ({ files, games }: Plan): number =>
  [...files, ...games].reduce((sum, { bytes }) => sum + bytes, 0);

export const planGamesCount = ({ games }: Plan): number => games.reduce((sum, { ids }) => sum + ids.length, 0);

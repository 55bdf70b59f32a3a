/** Replay databases as sets of games: what is in one, what another lacks, and snapshots of just that. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { type MergeSummary, mergeStores, parityKey, qualityKey } from '../../games/store/merge.ts';
import { orphanOrder } from '../../games/store/orphans.ts';
import { lastArrival } from '../../games/store/rows.ts';
import { APPLICATION_ID, applicationId, MIGRATIONS, schemaVersion } from '../../games/store/schema.ts';
import { GameStore } from '../../games/store/store.ts';
import { GameHeaderSchema, OrphanSchema } from '../../games/store/types.ts';
import type { DataPaths } from '../../io/paths.ts';
import { guarded, openFile } from '../../io/sqlite/sqlite.ts';
import { fitsConfig } from './files.ts';
import { DatabaseName, type GameKey } from './items.ts';
import type { Result } from './methods.ts';

/** Columns about a game that are found out after it was played; all others are fixed by then. */
const LEARNT = new Set([
  ...['parity_status', 'parity_checked_at', 'parity_divergence_move'],
  ...['quality', 'quality_category', 'quality_version'],
]);
const COLUMNS = Object.keys(GameHeaderSchema.shape);
const FIXED = COLUMNS.filter((name) => !LEARNT.has(name));

/** The replay databases of a data folder, with a digest that equals another's when the contents do. */
export const listDatabases = (paths: DataPaths, config: string | undefined): Result<'databases'> =>
  eachDatabase(paths, config, (db, name, path) => {
    const keys = readKeys(db, 0).sort(([a], [b]) => (a < b ? -1 : 1));
    const orphans = db
      .prepare('SELECT * FROM orphaned_games ORDER BY game_id')
      .all()
      .map((row): [string, string] => {
        const orphan = OrphanSchema.parse(row);
        return [orphan.game_id, orphanOrder(orphan)];
      });
    const digest = createHash('sha256')
      .update(JSON.stringify([keys, orphans]))
      .digest('hex');
    const last = lastArrival(db, schemaVersion(db));
    return { name, games: keys.length, bytes: statSync(path).size, digest, last, orphans };
  });

const SummaryRow = z.object({ games: z.int(), newest: z.string().nullable() });

/** Number of games and time of the newest, cheaply. */
export const summariseDatabases = (paths: DataPaths): { name: string; games: number; newest: string | null }[] =>
  eachDatabase(paths, undefined, (db, name) => ({
    name,
    ...SummaryRow.parse(db.prepare('SELECT count(*) AS games, max(created_at) AS newest FROM games').get()),
  }));

function eachDatabase<T>(
  paths: DataPaths,
  config: string | undefined,
  work: (db: Database.Database, name: string, path: string) => T,
): T[] {
  if (!existsSync(paths.gamesFolder)) return [];
  return readdirSync(paths.gamesFolder)
    .sort()
    .filter((name) => DatabaseName.safeParse(name).success && fitsConfig(name, config))
    .flatMap((name) => {
      const path = join(paths.gamesFolder, name);
      if (!lstatSync(path).isFile()) return [];
      return reading(path, (db) => (db === undefined ? [] : [work(db, name, path)]));
    });
}

export function gameKeys(paths: DataPaths, name: string, after: number): GameKey[] {
  const path = join(paths.gamesFolder, name);
  return existsSync(path) ? reading(path, (db) => (db ? readKeys(db, after) : [])) : [];
}

export function lackingGames(paths: DataPaths, name: string, keys: readonly GameKey[]): string[] {
  const here = new Map(gameKeys(paths, name, 0).map((key) => [key[0], key]));
  return keys.flatMap(([id, content, parity, quality]) => {
    const [, myContent, myParity = '', myQuality = ''] = here.get(id) ?? [];
    const known = content === myContent && parity <= myParity && quality <= myQuality;
    return known ? [] : [id];
  });
}

/** A replay database of its own at `target`, holding these games and the list of quarantined ones. */
export async function snapshotGames(
  paths: DataPaths,
  name: string,
  ids: readonly string[],
  target: string,
): Promise<void> {
  const source = await GameStore.openReadOnly(join(paths.gamesFolder, name));
  try {
    const copy = GameStore.open(target);
    try {
      let waiting = 0;
      for (const id of ids) {
        const game = source.row(id);
        // quarantined since it was listed, or bad: rr db check names it
        if (game === undefined || 'problem' in game) continue;
        copy.append(game);
        if (++waiting % 500 === 0) copy.commit();
      }
      copy.commit();
      copy.addOrphans(source.orphans());
    } finally {
      copy.close();
    }
  } finally {
    source.close();
  }
}

/** Merges a received snapshot into the database of that name. */
export async function mergeGames(paths: DataPaths, name: string, snapshot: string): Promise<MergeSummary> {
  const source = await GameStore.openReadOnly(snapshot);
  try {
    const target = GameStore.open(join(paths.gamesFolder, name));
    try {
      return mergeStores(target, source);
    } finally {
      target.close();
    }
  } finally {
    source.close();
  }
}

function readKeys(db: Database.Database, after: number): GameKey[] {
  const keys: GameKey[] = [];
  const rows = db
    .prepare(`SELECT ${COLUMNS.join(', ')}, hex(checksum) AS checksum FROM games WHERE rowid > ?`)
    .iterate(after);
  for (const row of rows) {
    const values: Record<string, unknown> = { ...Object(row) };
    const { data: header } = GameHeaderSchema.safeParse(values);
    // a bad game travels nowhere; another host's good copy takes its place
    if (header === undefined) continue;
    const content = createHash('sha256').update(
      JSON.stringify([values.checksum, ...FIXED.map((name) => values[name])]),
    );
    keys.push([header.game_id, content.digest('hex').slice(0, 24), parityKey(header), qualityKey(header)]);
  }
  return keys;
}

/**
 * `work` in one read transaction; undefined stands for a database that is not ours, which stays where it is, or one
 * that is only just being made.
 */
function reading<T>(path: string, work: (db: Database.Database | undefined) => T): T {
  return guarded(path, () => {
    const db = openFile(path, { fileMustExist: true, timeout: 5000 });
    try {
      db.pragma('query_only = ON');
      const found = schemaVersion(db);
      if (applicationId(db) !== APPLICATION_ID || found === 0) return work(undefined);
      if (found > MIGRATIONS.length) {
        throw new RrError('DB_NEWER', { path, kind: 'replay database', found, known: MIGRATIONS.length });
      }
      return db.transaction(() => work(db))();
    } finally {
      db.close();
    }
  });
}

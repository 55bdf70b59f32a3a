/** Carries out a plan: files first, then games, then rows, so that a model pointer never moves before its model is there. */
import { RrError } from '../core/errors.ts';
import type { Pointer } from '../state/store/audit.ts';
import { type FileItem, itemName, type Staged } from './peer/items.ts';
import { bytesOf, type Installed, type Side } from './peer/methods.ts';
import { trusted } from './peer/rows.ts';
import { type GamesPlan, type Plan, planBytes, rowCount } from './plan.ts';
import type { RateLimit } from './transfer/limit.ts';
import type { Mover } from './transfer/mover.ts';

export interface Route {
  readonly from: Side;
  readonly to: Side;
  /** Names of the staging folders on either side. */
  readonly fromSession: string;
  readonly toSession: string;
  /** Chosen when the first file has to be moved whole. */
  readonly mover: () => Promise<Mover>;
  /** Limit on packs; a mover has its own. */
  readonly limit: RateLimit;
  /** Bytes that stay free on the receiving disk. */
  readonly reserve: number;
  /** Pointers whose moves are taken over. */
  readonly trust: readonly Pointer[];
  readonly signal?: AbortSignal | undefined;
  readonly onBytes: (bytes: number) => void;
  /** Called when the games of a database have arrived up to a cursor. */
  readonly onGames?: (plan: GamesPlan) => Promise<void>;
}

export interface Tally {
  files: number;
  games: number;
  rows: number;
  /** Moves of pointers that the sender is not trusted with. */
  untrusted: number;
  /** Bytes that travelled. */
  bytes: number;
  /** Bytes that an interrupted transfer had left. */
  resumed: number;
  /** Names of what arrived with another content than announced. */
  corrupt: string[];
  /** Games under one id with different contents. */
  conflicts: number;
}

/** A batch ends at so many files or bytes: what has been verified is in its place even if the next one breaks off. */
const BATCH_FILES = 10_000;
const BATCH_BYTES = 2e9;
const BATCH_GAMES = 2000;
/** Files up to this size travel in packs when there are a few of them. Bytes. */
const SMALL_BYTES = 1 << 20;
const WORTH_PACKING = 8;
const PACK_BYTES = 256e6;

export const newTally = (): Tally => ({
  ...{ files: 0, games: 0, rows: 0, untrusted: 0, bytes: 0, resumed: 0, conflicts: 0 },
  corrupt: [],
});

/** Adds to `tally` as it goes, so that it is right even when this throws. */
export async function execute(plan: Plan, route: Route, tally: Tally): Promise<void> {
  const counted: Route = {
    ...route,
    onBytes: (bytes) => {
      tally.bytes += bytes;
      route.onBytes(bytes);
    },
  };
  await sendFiles(plan.files, counted, tally);
  for (const games of plan.games) await sendGames(games, counted, tally);
  await sendRows(plan, counted, tally);
  await Promise.all([
    route.from.call('finish', { session: route.fromSession }),
    route.to.call('finish', { session: route.toSession }),
  ]);
}

/** Small files go in packs when there are a few of them. */
function divide(files: readonly FileItem[]): {
  readonly packed: readonly FileItem[];
  readonly whole: readonly FileItem[];
} {
  const packed = files.filter((file) => file.bytes <= SMALL_BYTES);
  if (packed.length < WORTH_PACKING) return { packed: [], whole: files };
  return { packed, whole: files.filter((file) => file.bytes > SMALL_BYTES) };
}

/** Bytes that a mover will have to do with: all but those in packs. */
export const moverBytes = (plan: Plan): number => planBytes({ ...plan, files: divide(plan.files).whole });

async function sendFiles(files: readonly FileItem[], route: Route, tally: Tally): Promise<void> {
  const { packed, whole } = divide(files);
  for (const batch of batches(packed, PACK_BYTES)) await sendPack(batch, route, tally);

  let done = 0;
  for (const batch of batches(whole, BATCH_BYTES)) {
    route.signal?.throwIfAborted();
    const { folder: from } = await route.from.call('stageFiles', { session: route.fromSession, items: batch });
    const { folder: to, have } = await receive(route, whole.slice(done).map(stagedOf));
    if (done === 0) tally.resumed += have;
    const mover = await route.mover();
    await mover.move({ from, to, files: unique(batch.map(stagedOf)), ...watch(route) });
    noteInstalled(await route.to.call('install', { session: route.toSession, items: batch }), batch, tally);
    done += batch.length;
  }
}

async function sendPack(batch: FileItem[], route: Route, tally: Tally): Promise<void> {
  route.signal?.throwIfAborted();
  const params = { session: route.toSession, items: batch, reserve: route.reserve };
  const installed = await route.to.unpack(params, (missing) => {
    tally.resumed += bytesOf(batch) - bytesOf(missing);
    return metered(route.from.pack(missing), route);
  });
  noteInstalled(installed, batch, tally);
}

async function* metered(contents: AsyncIterable<Uint8Array>, route: Route): AsyncGenerator<Uint8Array> {
  for await (const piece of contents) {
    route.signal?.throwIfAborted();
    await route.limit.take(piece.length, route.signal);
    route.onBytes(piece.length);
    yield piece;
  }
}

function noteInstalled({ installed, corrupt }: Installed, batch: readonly FileItem[], tally: Tally): void {
  tally.files += installed;
  const bad = new Set(corrupt);
  tally.corrupt.push(...batch.filter((item) => bad.has(item.sha256)).map(itemName));
}

async function sendGames(games: GamesPlan, route: Route, tally: Tally): Promise<void> {
  // once without games for the quarantine list alone
  for (let start = 0; start === 0 || start < games.ids.length; start += BATCH_GAMES) {
    route.signal?.throwIfAborted();
    const ids = games.ids.slice(start, start + BATCH_GAMES);
    const { name } = games;
    const staged = await route.from.call('stageGames', { session: route.fromSession, name, ids });
    const file = { sha256: staged.sha256, bytes: staged.bytes };
    const { folder: to } = await receive(route, [file]);
    const mover = await route.mover();
    await mover.move({ from: staged.folder, to, files: [file], ...watch(route) });
    const merged = await route.to.call('merge', { session: route.toSession, name, staged: file });
    tally.games += merged.added + merged.updated;
    tally.conflicts += merged.conflicts;
    if (merged.corrupt) {
      tally.corrupt.push(name);
      return;
    }
  }
  await route.onGames?.(games);
}

async function sendRows({ rows }: Plan, route: Route, tally: Tally): Promise<void> {
  if (rowCount(rows) === 0) return;
  const { results, audit, events } = await route.from.call('rows', rows);
  const taken = trusted(audit, route.trust);
  tally.untrusted += audit.length - taken.length;
  const { added, refused } = await route.to.call('putRows', { results, audit: taken, events });
  tally.rows += added;
  if (refused > 0) tally.corrupt.push(refused === 1 ? 'a row' : `${refused} rows`);
}

const receive = (route: Route, files: readonly Staged[]): Promise<{ folder: string; have: number }> =>
  route.to.call('receive', { session: route.toSession, files: [...files], reserve: route.reserve });

const watch = ({ onBytes, signal }: Route): { onBytes: (bytes: number) => void; signal: AbortSignal | undefined } => ({
  onBytes,
  signal,
});

const stagedOf = ({ sha256, bytes }: FileItem): Staged => ({ sha256, bytes });

const unique = (files: readonly Staged[]): Staged[] => [...new Map(files.map((file) => [file.sha256, file])).values()];

function* batches(files: readonly FileItem[], most: number): Generator<FileItem[]> {
  let batch: FileItem[] = [];
  let bytes = 0;
  for (const file of files) {
    batch.push(file);
    bytes += file.bytes;
    if (batch.length < BATCH_FILES && bytes < most) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

/** @throws RrError TRANSFER_CORRUPT naming the first of what was thrown away */
export function refuseCorrupt(host: string, { corrupt }: Tally): void {
  const [first] = corrupt;
  if (first === undefined) return;
  const item = corrupt.length === 1 ? first : `${first} and ${corrupt.length - 1} more`;
  throw new RrError('TRANSFER_CORRUPT', { host, item });
}

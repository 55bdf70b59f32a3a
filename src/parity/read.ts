/** Recorded games from whatever file holds them: a replay database, golden traces, or our own game records. */
import { RrError } from '../core/errors.ts';
import { databaseKind } from '../games/databases/kind.ts';
import { GameStore } from '../games/store/store.ts';
import { openRingriftDb } from '../games/upstream/reader.ts';
import { RECORD_SCHEMA_VERSION } from '../io/ndjson/header.ts';
import type { AnyRecord } from '../io/ndjson/kinds.ts';
import { splitLines } from '../io/ndjson/lines.ts';
import { decompressed, openSource, TruncatedStream } from '../io/ndjson/source.ts';
import { fromRecord, fromStored } from './from-record.ts';
import { fromRingrift } from './from-ringrift.ts';
import { fromTrace, looksLikeTrace } from './from-trace.ts';
import type { RecordedGame, UnreadableGame } from './source.ts';

export type ReadGame = RecordedGame | UnreadableGame;

export interface ReadFilter {
  /** Only games of this config. */
  readonly config?: string;
}

/** Every game of a database, the original's or ours. One page of games in memory at a time. */
export async function* readDatabase(path: string, filter: ReadFilter = {}): AsyncGenerator<ReadGame> {
  if ((await databaseKind(path)) === 'rr') yield* readStore(path, filter);
  else yield* readRingrift(path, filter);
}

async function* readStore(path: string, filter: ReadFilter): AsyncGenerator<ReadGame> {
  const store = await GameStore.openReadOnly(path);
  try {
    for (const game of store.games({ config: filter.config })) yield fromStored(path, game);
  } finally {
    store.close();
  }
}

async function* readRingrift(path: string, filter: ReadFilter): AsyncGenerator<ReadGame> {
  const reader = await openRingriftDb(path);
  try {
    for (const game of reader.games({ includeExcluded: true })) {
      if (filter.config !== undefined && 'game' in game && configOf(game.game) !== filter.config) continue;
      yield fromRingrift(path, game);
    }
  } finally {
    reader.close();
  }
}

const configOf = (row: { board_type: string; num_players: number }): string => `${row.board_type}_${row.num_players}p`;

/**
 * Game records or traces, from a file or stdin (`-`), compressed or not. A bad line is one unreadable game; so is the
 * end of a record stream that lacks its summary.
 */
export async function* readLines(path: string, filter: ReadFilter = {}): AsyncGenerator<ReadGame> {
  const source = openSource(path);
  const stream: StreamState = { open: false };
  try {
    for await (const line of splitLines(decompressed(source), source.name)) {
      if (line.text.trim() === '') continue;
      const where = `${source.name}:${line.number}`;
      const game = readLine(line.text, where, stream);
      if (game === null) continue;
      if (filter.config === undefined || game.config === filter.config || game.config === '') yield game;
    }
    if (stream.open)
      yield { source: source.name, id: '', config: '', problem: 'the stream ends without a summary record' };
  } catch (error) {
    if (!(error instanceof TruncatedStream)) throw error;
    yield { source: source.name, id: '', config: '', problem: 'the compressed data break off: copy the file again' };
  }
}

interface StreamState {
  /** A header has been seen and its summary has not. */
  open: boolean;
}

/** null for a line that holds no game: headers, summaries and records of other types. */
function readLine(text: string, where: string, stream: StreamState): ReadGame | null {
  const unreadable = (problem: string): UnreadableGame => ({ source: where, id: '', config: '', problem });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unreadable('not JSON (the line may have been cut)');
  }
  if (typeof value !== 'object' || value === null) return unreadable('not an object');
  if (looksLikeTrace(value)) return fromTrace(where, value);
  if (!('type' in value) || typeof value.type !== 'string') return unreadable('neither a record nor a golden trace');
  const record = value as AnyRecord;
  if (record.type === 'header') {
    const known = RECORD_SCHEMA_VERSION;
    if (Number(record.schema) > known)
      throw new RrError('RECORD_NEWER', { where, found: Number(record.schema), known });
    stream.open = true;
  } else if (record.type === 'summary') stream.open = false;
  return record.type === 'game' ? fromRecord(where, record) : null;
}

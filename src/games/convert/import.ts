/** Game records, and upstream's games in JSON, into a replay database: a set union by game id, like a merge. */
import { RrError } from '../../core/errors.ts';
import { headerKind } from '../../io/ndjson/kinds.ts';
import { readRecordsFrom } from '../../io/ndjson/reader.ts';
import { type ByteSource, decompressed, peek } from '../../io/ndjson/source.ts';
import { wholeSource } from '../../io/ndjson/whole.ts';
import { refuseForeign } from '../game/foreign.ts';
import { pausing } from '../pausing.ts';
import { gameKind } from '../record/game.ts';
import { orphanKind } from '../record/orphan.ts';
import { Merger, type MergeSummary } from '../store/merge.ts';
import type { GameStore } from '../store/store.ts';
import { type Orphan, OrphanSchema, type StoredGame } from '../store/types.ts';
import { isUpstreamText, jsonGamesOf } from './json-games.ts';
import { storedFromRecord } from './record.ts';

export interface ImportOptions {
  /** For games that do not say when they were played, and streams that do not either. ISO-8601. */
  readonly now: string;
  readonly allowTruncated?: boolean;
  readonly onGame?: () => void;
  /** A line or a game that is not taken; the rest is. */
  readonly onRefused?: (error: RrError) => void;
  readonly stopped?: () => boolean;
}

/**
 * Adds every game record of the files (`-`: stdin), replayed and checked, in durable batches; what was read before a
 * failure is kept. Of a compressed stream whose checksum is wrong nothing is taken. Can be killed and repeated.
 * @throws RrError as readRecords() does for a stream that is none, and what writing throws
 */
export async function importRecords(
  store: GameStore,
  files: readonly string[],
  options: ImportOptions,
): Promise<MergeSummary & { readonly refused: number }> {
  const merger = new Merger(store);
  const orphans: Orphan[] = [];
  let refused = 0;
  const refuse = (error: RrError): void => {
    refused++;
    options.onRefused?.(error);
  };
  const take = (row: () => StoredGame): void => {
    try {
      merger.add(row());
    } catch (error) {
      if (!(error instanceof RrError) || !PER_GAME.has(error.code)) throw error;
      refuse(error);
    }
  };
  try {
    for (const file of files) {
      let created = options.now;
      const { allowTruncated = false } = options;
      const reading = { kinds: [gameKind, headerKind, orphanKind], allowTruncated, onInvalid: refuse };
      refuseForeign(file);
      const { source, close } = await wholeSource(file);
      try {
        const { bytes, head } = await peek(decompressed(source));
        const text: ByteSource = { name: source.name, bytes };
        if (isUpstreamText(head)) {
          for await (const found of pausing(jsonGamesOf(text, created))) {
            if (options.stopped?.()) break;
            if ('error' in found) refuse(found.error);
            else take(() => found.row);
            options.onGame?.();
          }
          continue;
        }
        for await (const item of pausing(readRecordsFrom(text, reading))) {
          if (options.stopped?.()) break;
          if (item.type === 'header' && typeof item.record.created === 'string') created = item.record.created;
          const orphan = item.as(orphanKind);
          if (orphan) orphans.push(OrphanSchema.parse(orphan));
          const record = item.as(gameKind);
          if (!record) continue;
          take(() => storedFromRecord(record, item.where, created));
          options.onGame?.();
        }
      } finally {
        close();
      }
    }
  } finally {
    merger.flush();
  }
  store.addOrphans(orphans);
  return { ...merger.summary, refused };
}

/** Failures that are about one game. */
const PER_GAME: ReadonlySet<string> = new Set(['RECORD_INVALID', 'DB_GAME_REFUSED']);

/** Upstream's games in JSON (docs/upstream-formats.md §2) as rows of ours, for imports. */
import { RrError } from '../../core/errors.ts';
import { splitDocuments } from '../../io/ndjson/documents.ts';
import { type ByteSource, TruncatedStream } from '../../io/ndjson/source.ts';
import { problemOf } from '../bad-game.ts';
import { rowsOfJson } from '../game/of-json-game.ts';
import { gameOfUpstream } from '../game/of-upstream.ts';
import { replay } from '../game/replay.ts';
import type { StoredGame } from '../store/types.ts';
import { looksLikeJsonGame } from '../upstream/json-game.ts';
import { storedFromJson } from './to-stored.ts';

/** The first bytes of a text tell: a record of ours names its type first. */
export function isUpstreamText(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, HEAD_BYTES)).toString('latin1');
  return !/^\s*\{\s*"type"/.test(text) && /"(boardType|board_type)"\s*:/.test(text);
}

const HEAD_BYTES = 1 << 16;

type Found = { readonly row: StoredGame } | { readonly error: RrError };

/**
 * Every game, replayed: its moves have to be legal, or forms that upstream accepts; its recorded end is kept as it is.
 * `created`: ISO-8601, for games that do not say when they were played.
 */
export async function* jsonGamesOf({ name, bytes }: ByteSource, created: string): AsyncGenerator<Found> {
  try {
    for await (const line of splitDocuments(bytes, name)) {
      if (line.text.trim() === '') continue;
      const where = `${name}:${line.number}`;
      const value = parse(line.text);
      for (const item of Array.isArray(value) ? value : [value]) yield rowOf(item, where, created);
    }
  } catch (error) {
    if (!(error instanceof TruncatedStream)) throw error;
    yield { error: new RrError('RECORD_TRUNCATED', { where: name }, { cause: error }) };
  }
}

function rowOf(value: unknown, where: string, created: string): Found {
  const refuse = (detail: string): Found => ({ error: new RrError('RECORD_INVALID', { where, detail }) });
  if (typeof value !== 'object' || value === null) return refuse('not a JSON object; the line may have been cut');
  if (!looksLikeJsonGame(value)) return refuse('no game: it names no board and no number of players');
  try {
    const rows = rowsOfJson(value, where, created);
    replay(gameOfUpstream(rows, where), {}, { anyResult: true });
    return { row: storedFromJson(rows) };
  } catch (error) {
    return refuse(problemOf(error));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Games of a text stream: record streams, reference traces, and upstream's JSON, which may be spread over lines. */

import { RrError } from '../../core/errors.ts';
import { splitDocuments } from '../../io/ndjson/documents.ts';
import { RECORD_SCHEMA_VERSION } from '../../io/ndjson/header.ts';
import { type AnyRecord, headerKind } from '../../io/ndjson/kinds.ts';
import type { Line } from '../../io/ndjson/lines.ts';
import { StreamOrder } from '../../io/ndjson/reader.ts';
import { decompressed, openSource, TruncatedStream } from '../../io/ndjson/source.ts';
import { type BadGame, problemOf } from '../bad-game.ts';
import { gameKind } from '../record/game.ts';
import { looksLikeJsonGame } from '../upstream/json-game.ts';
import type { Game } from './game.ts';
import { gameOfJson } from './of-json-game.ts';
import { gameOfPosition, looksLikePosition } from './of-position.ts';
import { gameOfRecord } from './of-record.ts';
import { gameOfTrace, looksLikeTrace } from './of-trace.ts';

/**
 * What becomes of a record stream that is not whole. `refused`: it is an error, as is one that does not begin with a
 * header. `named`: its end is one bad item. `used`: what there is of it is taken.
 */
export type Truncated = 'refused' | 'named' | 'used';

type Item = { readonly game: Game } | BadGame;

/** Games of a file, or of stdin for `-`, compressed or not. @throws RrError as readRecords() does */
export async function* gamesOfText(path: string, truncated: Truncated): AsyncGenerator<Item> {
  const source = openSource(path);
  const stream = new TextStream(source.name, truncated);
  try {
    for await (const line of splitDocuments(decompressed(source), source.name)) {
      if (line.text.trim() !== '') yield* stream.read(line);
    }
  } catch (error) {
    if (!(error instanceof TruncatedStream)) throw error;
    if (truncated === 'refused') throw new RrError('RECORD_TRUNCATED', { where: source.name }, { cause: error });
    if (truncated === 'named') yield stream.bad('the compressed data break off: copy the file again');
    return;
  }
  const end = stream.end();
  if (end) yield end;
}

class TextStream {
  readonly #name: string;
  readonly #truncated: Truncated;
  readonly #order: StreamOrder;
  #created: string | null = null;
  /** Something was a document of a kind that is known here. */
  #recognised = false;
  #records = false;
  /** A header has been seen and its summary has not. */
  #open = false;

  constructor(name: string, truncated: Truncated) {
    this.#name = name;
    this.#truncated = truncated;
    this.#order = new StreamOrder(name, truncated !== 'refused');
  }

  bad(problem: string, where = this.#name): BadGame {
    return { id: '', where, problem };
  }

  /** Nothing for a line that holds no game: headers, summaries and records of other types. A list holds one an item. */
  *read(line: Line): Generator<Item> {
    const where = `${this.#name}:${line.number}`;
    const value = parse(line.text);
    const values = Array.isArray(value) ? value.map(objectOf) : [value];
    for (const document of values) {
      const item = document === undefined ? this.#notJson(line, where) : this.#document(document, where);
      if (item) yield item;
    }
  }

  #document(value: object, where: string): Item | undefined {
    const special = specialKind(value);
    if (special) {
      this.#recognised = true;
      return attempt(idOf(value), where, () => special(value, where, this.#created));
    }
    if (!isRecord(value)) return this.#unknown("not an object with a 'type'", where);
    this.#recognised = true;
    return this.#record(value, where);
  }

  end(): BadGame | undefined {
    if (this.#records || !this.#recognised) this.#order.end();
    if (!this.#open || this.#truncated !== 'named') return undefined;
    return this.bad('the stream ends without a summary record');
  }

  #record(record: AnyRecord, where: string): Item | undefined {
    this.#records = true;
    if (record.type === 'header') this.#header(record, where);
    this.#order.accept({ type: record.type, where });
    if (record.type === 'summary') this.#open = false;
    if (record.type !== 'game') return undefined;
    const checked = gameKind.check(record);
    const id = typeof record.id === 'string' ? record.id : '';
    const config = typeof record.config === 'string' ? record.config : '';
    if (!checked.ok) return { id, where, config, problem: `game: ${checked.detail}` };
    return attempt(id, where, () => gameOfRecord(checked.value, where, this.#created), config);
  }

  /** A newer header may have changed its fields, so its version is looked at before anything else. */
  #header(record: AnyRecord, where: string): void {
    const known = RECORD_SCHEMA_VERSION;
    if (Number(record.schema) > known)
      throw new RrError('RECORD_NEWER', { where, found: Number(record.schema), known });
    const checked = headerKind.check(record);
    if (!checked.ok && this.#truncated === 'refused')
      throw new RrError('RECORD_INVALID', { where, detail: `header: ${checked.detail}` });
    this.#created = typeof record.created === 'string' ? record.created : null;
    this.#open = true;
  }

  /** A last line without its newline was torn by whatever stopped the writer. */
  #notJson(line: Line, where: string): BadGame | undefined {
    if (!line.complete && this.#recognised) {
      if (this.#truncated === 'refused') throw new RrError('RECORD_TRUNCATED', { where });
      if (this.#truncated === 'used') return undefined;
    }
    const shown = line.text.length > 40 ? `${line.text.slice(0, 40)}…` : line.text;
    return this.#unknown(`not JSON: ${JSON.stringify(shown)} (the line may have been cut)`, where);
  }

  /** One bad line in a stream costs a game; a file that begins with one is none of ours. */
  #unknown(problem: string, where: string): BadGame {
    if (this.#recognised || this.#truncated !== 'refused') return this.bad(problem, where);
    throw new RrError('RECORD_INVALID', { where, detail: problem });
  }
}

function parse(text: string): object | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

const idOf = (value: object): string => ('id' in value && typeof value.id === 'string' ? value.id : '');

function specialKind(value: object): ((value: object, where: string, created: string | null) => Game) | undefined {
  if (looksLikeTrace(value)) return gameOfTrace;
  if (looksLikeJsonGame(value)) return (game, where, created) => gameOfJson(game, where, created ?? 'unknown');
  return looksLikePosition(value) ? gameOfPosition : undefined;
}

const isRecord = (value: object): value is AnyRecord => 'type' in value && typeof value.type === 'string';

function attempt(id: string, where: string, read: () => Game, config?: string): Item {
  try {
    return { game: read() };
  } catch (error) {
    return { id, where, problem: problemOf(error), ...(config !== undefined && { config }) };
  }
}

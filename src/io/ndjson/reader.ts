/**
 * Reads a record stream: decompresses, splits, parses, checks the kinds it knows, and insists on a header at the start
 * and a summary at the end. Everything is streamed; memory held is one chunk and one line. Several whole streams in a
 * row (`cat a b`) are read as one.
 */
import { RrError } from '../../core/errors.ts';
import { RECORD_SCHEMA_VERSION } from './header.ts';
import { type AnyRecord, headerKind, type RecordKind, summaryKind } from './kinds.ts';
import { type Line, splitLines } from './lines.ts';
import { type ByteSource, decompressed, openSource, TruncatedStream } from './source.ts';

/** One record as read. */
export class RecordItem {
  readonly type: string;
  /** The parsed record, all fields. */
  readonly record: AnyRecord;
  /** The line as it came, for passing it on untouched. */
  readonly line: string;
  /** `file:line` for messages. */
  readonly where: string;
  readonly #kind: RecordKind | undefined;
  readonly #value: unknown;

  constructor(record: AnyRecord, line: string, where: string, kind?: RecordKind, value?: unknown) {
    this.type = record.type;
    this.record = record;
    this.line = line;
    this.where = where;
    this.#kind = kind;
    this.#value = value;
  }

  /** The checked value if this record was read as that kind, else undefined. */
  as<T>(kind: RecordKind<T>): T | undefined {
    // The value came out of this very kind's check, so its type is T.
    return this.#kind === kind ? (this.#value as T) : undefined;
  }
}

export interface ReadOptions {
  /** Kinds to check besides header and summary. A record of another type passes through unchecked. */
  readonly kinds?: readonly RecordKind[];
  /** Accept a stream without header or summary, and one that breaks off in the middle of a line. */
  readonly allowTruncated?: boolean;
  /** Called for a bad line instead of throwing, so that the rest can still be read. */
  readonly onInvalid?: (error: RrError) => void;
}

/**
 * The records of a file, or of stdin for `-`, header and summary included. What is not there is told at once.
 * @throws RrError NO_INPUT, FILE_NOT_FOUND, IS_FOLDER, RECORD_INVALID, RECORD_NO_HEADER, RECORD_NONE, RECORD_TRUNCATED,
 *   RECORD_NEWER, FILE_CORRUPT.
 */
export function readRecords(path: string, options: ReadOptions = {}): AsyncGenerator<RecordItem> {
  return readRecordsFrom(openSource(path), options);
}

/** The same from any source of bytes. */
export async function* readRecordsFrom(source: ByteSource, options: ReadOptions = {}): AsyncGenerator<RecordItem> {
  const kinds = new Map<string, RecordKind>(
    [headerKind, summaryKind, ...(options.kinds ?? [])].map((k) => [k.type, k]),
  );
  const order = new StreamOrder(source.name, options.allowTruncated ?? false);
  try {
    for await (const line of splitLines(decompressed(source), source.name)) {
      const item = readLine(line, source.name, kinds, options);
      if (!item) continue;
      order.accept(item);
      yield item;
    }
  } catch (error) {
    if (!(error instanceof TruncatedStream)) throw error;
    if (!options.allowTruncated) throw new RrError('RECORD_TRUNCATED', { where: source.name }, { cause: error });
    return;
  }
  order.end();
}

/** undefined for blank lines, and for bad ones that `onInvalid` took. */
function readLine(
  line: Line,
  name: string,
  kinds: ReadonlyMap<string, RecordKind>,
  { allowTruncated = false, onInvalid }: ReadOptions,
): RecordItem | undefined {
  if (line.text === '' || line.text.trim() === '') return undefined;
  const where = `${name}:${line.number}`;
  try {
    return parseRecord(line.text, where, kinds);
  } catch (error) {
    if (!(error instanceof RrError) || error.code !== 'RECORD_INVALID') throw error;
    // A last line without its newline was torn by whatever stopped the writer.
    if (!line.complete) {
      if (allowTruncated) return undefined;
      throw new RrError('RECORD_TRUNCATED', { where }, { cause: error });
    }
    if (!onInvalid) throw error;
    onInvalid(error);
    return undefined;
  }
}

function parseRecord(text: string, where: string, kinds: ReadonlyMap<string, RecordKind>): RecordItem {
  const record = parseObject(text, where);
  const kind = kinds.get(record.type);
  if (!kind) return new RecordItem(record, text, where);
  // A newer header may have changed its fields, so its version is looked at before anything else.
  if (kind === headerKind && typeof record.schema === 'number' && record.schema > RECORD_SCHEMA_VERSION) {
    throw new RrError('RECORD_NEWER', { where, found: record.schema, known: RECORD_SCHEMA_VERSION });
  }
  const checked = kind.check(record);
  if (!checked.ok) throw new RrError('RECORD_INVALID', { where, detail: `${record.type}: ${checked.detail}` });
  return new RecordItem(record, text, where, kind, checked.value);
}

function parseObject(text: string, where: string): AnyRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
    throw new RrError('RECORD_INVALID', { where, detail: `not JSON: ${JSON.stringify(shown)}` });
  }
  if (isRecord(value)) return value;
  throw new RrError('RECORD_INVALID', { where, detail: "not an object with a 'type'" });
}

const isRecord = (value: unknown): value is AnyRecord =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** header … summary, once or several times. */
export class StreamOrder {
  readonly #name: string;
  readonly #allowTruncated: boolean;
  /** Inside: after a header, before its summary. */
  #inside = false;
  #seen = false;

  constructor(name: string, allowTruncated: boolean) {
    this.#name = name;
    this.#allowTruncated = allowTruncated;
  }

  accept(item: Pick<RecordItem, 'type' | 'where'>): void {
    if (item.type === 'header') {
      if (this.#inside) this.#refuse('RECORD_TRUNCATED', item.where);
      this.#inside = true;
    } else if (!this.#inside) {
      this.#refuse('RECORD_NO_HEADER', item.where);
      this.#inside = true;
    }
    if (item.type === 'summary') this.#inside = false;
    this.#seen = true;
  }

  end(): void {
    if (!this.#seen) this.#refuse('RECORD_NONE', this.#name);
    if (this.#inside) this.#refuse('RECORD_TRUNCATED', this.#name);
  }

  #refuse(code: 'RECORD_NONE' | 'RECORD_TRUNCATED' | 'RECORD_NO_HEADER', where: string): void {
    if (!this.#allowTruncated) throw new RrError(code, { where });
  }
}

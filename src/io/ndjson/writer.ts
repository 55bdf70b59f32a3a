/**
 * Writes NDJSON records with back-pressure: lines are gathered into batches of about 64 KiB, and `write` waits while
 * the reader downstream is slower than we are. Memory held: one batch here plus one in the stream.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { DownstreamClosed } from './downstream.ts';

/** Characters gathered before a write; larger gains nothing measurable, smaller costs a system call more often. */
const BATCH_CHARS = 1 << 16;

/** A record that waits no longer than this for company, so that a live pipe stays live. Milliseconds. */
const MAX_DELAY_MS = 50;

/** Where bytes go. `write` resolves when the sink can take more, and rejects when it never will. */
export interface TextSink {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

export class RecordWriter {
  readonly #sink: TextSink;
  #batch: string[] = [];
  #batchChars = 0;
  /** The writes handed to the sink so far, in order; rejects once and stays rejected. */
  #pending: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  /** Writes to a stream such as stdout. `onClosed` is told when the reader goes away, before write rejects. */
  static toStream(stream: Writable, onClosed?: () => void): RecordWriter {
    return new RecordWriter(new StreamSink(stream, onClosed));
  }

  /** Writes a new file at `path`, truncating it. For files that must never be seen half written use io/atomic.ts. */
  static async toFile(path: string): Promise<RecordWriter> {
    return new RecordWriter(new FileSink(await open(path, 'w')));
  }

  /** One record, serialised now. @throws DownstreamClosed, or the system's error, of this or an earlier write. */
  write<R extends { readonly type: string }>(record: R): Promise<void> {
    return this.writeLine(JSON.stringify(record));
  }

  /** A line as it was read, without its newline: for records that pass through untouched. */
  async writeLine(line: string): Promise<void> {
    this.#rethrow();
    this.#batch.push(line, '\n');
    this.#batchChars += line.length + 1;
    if (this.#batchChars >= BATCH_CHARS) {
      this.#send();
      await this.#pending;
      this.#rethrow();
    } else {
      this.#timer ??= setTimeout(() => this.#send(), MAX_DELAY_MS);
    }
  }

  /** Resolves when everything written so far has been taken by the system. */
  async flush(): Promise<void> {
    this.#rethrow();
    this.#send();
    await this.#pending;
    this.#rethrow();
  }

  /** Flushes and closes the sink (stdout itself stays open). */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#sink.close();
    }
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#batchChars === 0 || this.#failure) return;
    const text = this.#batch.join('');
    this.#batch = [];
    this.#batchChars = 0;
    this.#pending = this.#pending
      .then(() => (this.#failure ? undefined : this.#sink.write(text)))
      .catch((error: unknown) => {
        this.#failure ??= { error };
      });
  }

  #rethrow(): void {
    if (this.#failure) throw this.#failure.error;
  }
}

class StreamSink implements TextSink {
  readonly #stream: Writable;
  readonly #onClosed: (() => void) | undefined;
  readonly #onError: (error: Error) => void;

  constructor(stream: Writable, onClosed?: () => void) {
    this.#stream = stream;
    this.#onClosed = onClosed;
    // Without a listener a closed pipe would end the process before the command could flush its files.
    this.#onError = (error) => {
      if (isClosedPipe(error)) this.#onClosed?.();
    };
    stream.on('error', this.#onError);
  }

  write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(text, (error) => {
        if (!error) resolve();
        else if (isClosedPipe(error)) {
          this.#onClosed?.();
          reject(new DownstreamClosed());
        } else reject(error);
      });
    });
  }

  async close(): Promise<void> {
    this.#stream.off('error', this.#onError);
  }
}

class FileSink implements TextSink {
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(text: string): Promise<void> {
    await this.#file.writeFile(text);
  }

  async close(): Promise<void> {
    try {
      await this.#file.sync();
    } finally {
      await this.#file.close();
    }
  }
}

const CLOSED_PIPE_CODES = new Set(['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END']);

const isClosedPipe = (error: Error): boolean =>
  'code' in error && typeof error.code === 'string' && CLOSED_PIPE_CODES.has(error.code);

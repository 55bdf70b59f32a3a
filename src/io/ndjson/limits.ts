/**
 * Limits of record streams, so that a stream somebody made to do harm costs neither the memory nor the day of whoever reads
 * it. The program sets them from its settings (config/streams.yaml); a library that reads streams keeps the defaults.
 */
export interface StreamLimits {
  /** Longest line, bytes: that much is held in memory. */
  readonly lineBytes: number;
  /** What one file or stdin may unpack to, bytes. */
  readonly unpackedBytes: number;
}

/** A string of V8 holds at most 2^29 − 24 characters. */
export const MAX_LINE_BYTES = 256 * 2 ** 20;

const DEFAULTS: StreamLimits = { lineBytes: MAX_LINE_BYTES, unpackedBytes: 256 * 2 ** 30 };

let current = (): Promise<StreamLimits> => Promise.resolve(DEFAULTS);

/** `read` is asked when a stream is opened. */
export function setStreamLimits(read: () => Promise<StreamLimits>): void {
  current = read;
}

export const streamLimits = (): Promise<StreamLimits> => current();

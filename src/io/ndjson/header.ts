/** The first and the last record of a stream, as plain values: made here, checked in schema.ts. */
import { VERSION } from '../../core/version.ts';

/** Version of the record stream as a whole. A reader refuses newer ones (exit 78) and reads all older ones. */
export const RECORD_SCHEMA_VERSION = 1;

export interface HeaderFields {
  /** The command that writes the stream, as typed. */
  readonly command: string;
  /** `hex8_2p`, when the stream is about one game. */
  readonly config?: string;
  readonly seed?: number;
  /** Content hash of the model that played, when one did. */
  readonly model?: string;
  /** Version of the rules, and ids of encoder and policy layout, when they shaped the records. */
  readonly rules?: string;
  readonly encoder?: string;
  readonly policy?: string;
  /** `i/n` when the stream is one part of n. */
  readonly shard?: string;
}

export type Header = HeaderFields & { readonly type: 'header'; readonly schema: number; readonly rr: string };

/** The header record; fields beyond the known ones are kept. */
export const header = <T extends HeaderFields>(fields: T): T & Header => ({
  type: 'header',
  schema: RECORD_SCHEMA_VERSION,
  rr: VERSION,
  ...fields,
});

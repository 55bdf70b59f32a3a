/** What came of a sync with one machine. */
import type { ErrorCode, ExitCode } from '../core/errors.ts';
import type { Direction } from './peers.ts';

/** Outcome for one machine. Names of hosts.yaml only: no address, user or key. */
export interface TransferRecord {
  readonly host: string;
  readonly direction: Direction;
  readonly status: 'done' | 'planned' | 'failed';
  readonly via: string | undefined;
  readonly files: number;
  readonly games: number;
  readonly rows: number;
  /** Moves of pointers that were left there, as hosts.yaml does not trust the host with them. */
  readonly untrusted: number;
  /** Bytes moved (planned: to move, estimated for games). */
  readonly bytes: number;
  readonly resumedBytes: number;
  readonly conflicts: number;
  readonly seconds: number;
  readonly code: ErrorCode | undefined;
  readonly exit: ExitCode;
  readonly reason: string | undefined;
  /** Things with fewer copies than asked for, when copies were asked for. */
  readonly short: number | undefined;
}

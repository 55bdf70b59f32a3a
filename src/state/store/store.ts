/**
 * The state store: what this installation knows beside its games, files and models. One interface, an engine per
 * folder beside this one.
 *
 * Every method is one transaction of its own: durable when it resolves, without effect when it rejects. There is no
 * way to hold a transaction open, because other work of the process runs between two awaits. What has to happen
 * together is one method: a row that depends on another is made by a pure function which the engine calls inside the
 * transaction, perhaps more than once.
 *
 * Times are milliseconds since 1970 by the store's clock, which is the server's where there is one.
 */
import type { Audit } from './audit.ts';
import type { Breakers } from './breaker.ts';
import type { Events } from './events.ts';
import type { Leases } from './lease.ts';
import type { Results } from './results.ts';
import type { Runs } from './runs.ts';

export interface StateStore {
  /** Version of the tables. */
  readonly schema: number;
  readonly leases: Leases;
  readonly runs: Runs;
  readonly events: Events;
  readonly cursors: Cursors;
  readonly results: Results;
  readonly audit: Audit;
  readonly breakers: Breakers;
  readonly fileHashes: FileHashes;
  close(): Promise<void>;
}

/** Positions up to which something was read, by name. */
export interface Cursors {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  /** Replaces a value by what `next` makes of it, and returns the new one. */
  change(name: string, next: (value: string | undefined) => string): Promise<string>;
}

export interface FileHash {
  /** Size, time and inode of the file when it was hashed. */
  readonly stamp: string;
  readonly hash: string;
}

/** Hashes of this host's files by path: a memory that may be lost. */
export interface FileHashes {
  all(): Promise<Map<string, FileHash>>;
  put(hashes: ReadonlyMap<string, FileHash>): Promise<void>;
}

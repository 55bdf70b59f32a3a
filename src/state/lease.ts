/**
 * Named leases: work that must run once holds one. A lease is renewed while its owner works and may be stolen when it
 * has expired or its owner is certainly gone; every change of owner raises the fencing epoch. Who lost a lease may not
 * write: `fenced()` runs a write while no one else can take the lease.
 *
 *     await withLease(state, 'train/hex8_2p', { owner: 'rr train' }, async (lease) => {
 *       …                                   // lease.signal aborts when the lease is lost
 *       lease.fenced(() => renameSync(temporary, target));
 *     });
 *
 * A clock that jumps forward can make a lease look expired; fencing keeps even that safe, the loser stops with 75.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { RrError } from '../core/errors.ts';
import type { StateDb } from './database.ts';
import { fateOf, type Identity, thisProcess } from './machine.ts';

/** Time after which a lease that was not renewed may be stolen. Milliseconds. */
export const LEASE_TTL_MS = 60_000;

export interface LeaseOptions {
  /** Who holds it, in words: `rr train`. */
  readonly owner: string;
  readonly ttlMs?: number;
  /** Milliseconds since 1970; a test sets its own. */
  readonly now?: () => number;
}

const LeaseRow = z.object({
  name: z.string(),
  epoch: z.int(),
  owner: z.string(),
  host: z.string(),
  boot_id: z.string(),
  pid: z.int(),
  acquired_at: z.int(),
  /** 0 once released. */
  expires_at: z.int(),
});
export type LeaseInfo = z.infer<typeof LeaseRow>;

export class Lease {
  readonly name: string;
  /** Grows with every change of owner; write it into what the work leaves behind. */
  readonly epoch: number;
  readonly #state: StateDb;
  readonly #owner: string;
  readonly #ttlMs: number;
  readonly #now: () => number;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;

  /** Takes the lease. @throws RrError LEASE_HELD while someone else has it */
  static acquire(state: StateDb, name: string, options: LeaseOptions): Lease {
    const { ttlMs = LEASE_TTL_MS, now = Date.now } = options;
    const me = thisProcess();
    // the owner's name is made unique, so that two acquisitions by one process are two owners
    const owner = `${options.owner}#${randomUUID()}`;
    const epoch = state.transaction(() => {
      const row = state.get('SELECT * FROM leases WHERE name = ?', name);
      const current = row && LeaseRow.parse(row);
      if (current && isHeld(current, me, now())) throw held(current);
      const next = (current?.epoch ?? 0) + 1;
      state.run(
        'INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        ...[name, next, owner, me.host, me.bootId, me.pid, now(), now() + ttlMs],
      );
      return next;
    });
    return new Lease(state, name, owner, epoch, ttlMs, now);
  }

  private constructor(state: StateDb, name: string, owner: string, epoch: number, ttlMs: number, now: () => number) {
    this.#state = state;
    this.name = name;
    this.epoch = epoch;
    this.#owner = owner;
    this.#ttlMs = ttlMs;
    this.#now = now;
    this.#timer = setInterval(() => this.#tick(), Math.max(10, ttlMs / 4));
    this.#timer.unref();
  }

  /** Aborted with the RrError when the lease is found to be lost. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Extends the lease; an expired one that nobody took is ours again. @throws RrError LEASE_LOST */
  renew(): void {
    const changed = this.#state.run(
      'UPDATE leases SET expires_at = ? WHERE name = ? AND epoch = ? AND owner = ? AND expires_at > 0',
      ...[this.#now() + this.#ttlMs, this.name, this.epoch, this.#owner],
    );
    if (changed === 1) return;
    const error = new RrError('LEASE_LOST', { name: this.name, epoch: this.epoch });
    if (!this.#lost.signal.aborted) this.#lost.abort(error);
    throw error;
  }

  /** Runs a short synchronous write that nobody can overtake: the lease is checked and locked meanwhile. @throws RrError LEASE_LOST */
  fenced<T>(write: () => T): T {
    return this.#state.transaction(() => {
      this.renew();
      return write();
    });
  }

  /** Gives the lease back; the epoch stays on record. Safe to call twice or after a loss. */
  release(): void {
    clearInterval(this.#timer);
    this.#state.run(
      'UPDATE leases SET expires_at = 0 WHERE name = ? AND epoch = ? AND owner = ?',
      ...[this.name, this.epoch, this.#owner],
    );
  }

  #tick(): void {
    try {
      this.renew();
    } catch (error) {
      // A busy database is tried again at the next tick; a loss has been signalled and there is nothing to renew.
      if (error instanceof RrError && error.code === 'LEASE_LOST') clearInterval(this.#timer);
    }
  }
}

/** Holds the lease during `work`, whatever happens. @throws RrError LEASE_HELD, and what `work` throws */
export async function withLease<T>(
  state: StateDb,
  name: string,
  options: LeaseOptions,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const lease = Lease.acquire(state, name, options);
  try {
    return await work(lease);
  } finally {
    lease.release();
  }
}

/** Leases that someone holds now, by name. */
export function heldLeases(state: StateDb, nowMs: number = Date.now()): LeaseInfo[] {
  const me = thisProcess();
  return state
    .all('SELECT * FROM leases ORDER BY name')
    .map((row) => LeaseRow.parse(row))
    .filter((lease) => isHeld(lease, me, nowMs));
}

function isHeld(lease: LeaseInfo, me: Identity, nowMs: number): boolean {
  if (lease.expires_at <= nowMs) return false;
  return fateOf({ host: lease.host, bootId: lease.boot_id, pid: lease.pid }, me) !== 'gone';
}

const held = ({ name, owner, host, pid, expires_at }: LeaseInfo): RrError =>
  new RrError('LEASE_HELD', {
    name,
    owner: owner.split('#')[0] ?? owner,
    holder: `${host}, process ${pid}`,
    until: new Date(expires_at).toISOString(),
  });

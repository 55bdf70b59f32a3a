/**
 * Named leases: work that must run once holds one. A lease is renewed while its owner works and may be stolen when it
 * has expired or its owner is certainly gone; every change of owner raises the fencing epoch.
 *
 *     await withLease(state.leases, 'train/hex8_2p', { owner: 'rr train' }, async (lease) => {
 *       …                                                 // lease.signal aborts when the lease is lost
 *       await state.audit.append(…, lease.fence);         // refused by the store when the lease is lost
 *     });
 *
 * A lease guards rows of the store, and nothing else: the transaction that writes such a row checks the fence. A check
 * before a file is written proves nothing, another holder may appear between the two. So a file that a lease guards is
 * either named by its content, or follows a row (docs/decisions: state is asynchronous).
 *
 * A clock that jumps forward can make a lease look expired; fencing keeps even that safe, the loser stops with 75.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { fateOf, type Identity, thisProcess } from './machine.ts';

/** Time after which a lease that was not renewed may be stolen. Milliseconds. */
export const LEASE_TTL_MS = 60_000;

export const LeaseRow = z.object({
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

/** Proves to the store that a writer holds a lease. */
export interface Fence {
  readonly name: string;
  /** Grows with every change of owner. */
  readonly epoch: number;
  readonly owner: string;
}

export interface LeaseClaim {
  readonly name: string;
  readonly owner: string;
  readonly holder: Identity;
  readonly ttlMs: number;
}

export interface Leases {
  /** @throws RrError LEASE_HELD while someone else has it */
  take(claim: LeaseClaim): Promise<Fence>;
  /** Extends a lease; an expired one that nobody took is its holder's again. @throws RrError LEASE_LOST */
  renew(fence: Fence, ttlMs: number): Promise<void>;
  /** The epoch stays on record. Does nothing after a loss. */
  release(fence: Fence): Promise<void>;
  /** Gives back what a process held that is no more; returns the names. */
  releaseOf(holder: Identity): Promise<string[]>;
  /** Leases that someone holds now, by name. */
  held(): Promise<LeaseInfo[]>;
}

/** The row of a lease once `claim` has it. @throws RrError LEASE_HELD */
export function takenOver(current: LeaseInfo | undefined, claim: LeaseClaim, nowMs: number): LeaseInfo {
  const { name, owner, holder, ttlMs } = claim;
  if (current && isHeld(current, holder, nowMs)) throw held(current);
  return {
    ...{ name, epoch: (current?.epoch ?? 0) + 1, owner },
    ...{ host: holder.host, boot_id: holder.bootId, pid: holder.pid },
    ...{ acquired_at: nowMs, expires_at: nowMs + ttlMs },
  };
}

export function isHeld(lease: LeaseInfo, me: Identity, nowMs: number): boolean {
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

export const leaseLost = ({ name, epoch }: Fence): RrError => new RrError('LEASE_LOST', { name, epoch });

export interface LeaseOptions {
  /** Holder in words: `rr train`. */
  readonly owner: string;
  readonly ttlMs?: number;
}

/** A lease that renews itself until it is released. */
export class Lease {
  readonly fence: Fence;
  readonly #leases: Leases;
  readonly #ttlMs: number;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** By this process's own clock; the store may grant it for longer, never for less. */
  #validUntil: number;

  /** Takes the lease. @throws RrError LEASE_HELD while someone else has it */
  static async acquire(leases: Leases, name: string, options: LeaseOptions): Promise<Lease> {
    const { ttlMs = LEASE_TTL_MS } = options;
    // the owner's name is made unique, so that two acquisitions by one process are two owners
    const owner = `${options.owner}#${randomUUID()}`;
    const asked = performance.now();
    return new Lease(leases, await leases.take({ name, owner, holder: thisProcess(), ttlMs }), ttlMs, asked);
  }

  constructor(leases: Leases, fence: Fence, ttlMs: number, asked: number) {
    this.#leases = leases;
    this.fence = fence;
    this.#ttlMs = ttlMs;
    this.#validUntil = asked + ttlMs;
    this.#timer = setInterval(() => void this.#tick(), Math.max(10, ttlMs / 4));
    this.#timer.unref();
  }

  /** Aborted with the RrError when the lease is lost, or cannot be renewed before it expires. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Extends the lease; an expired one that nobody took is ours again. @throws RrError LEASE_LOST */
  async renew(): Promise<void> {
    const asked = performance.now();
    try {
      await this.#leases.renew(this.fence, this.#ttlMs);
      this.#validUntil = asked + this.#ttlMs;
    } catch (error) {
      if (isLost(error)) this.#lost.abort(error);
      throw error;
    }
  }

  /** Gives the lease back. Safe to call twice or after a loss. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#leases.release(this.fence);
  }

  async #tick(): Promise<void> {
    try {
      await this.renew();
    } catch (error) {
      // A store that is busy or out of reach is tried again at the next tick, until someone else may have the lease.
      if (!isLost(error) && performance.now() < this.#validUntil) return;
      this.#lost.abort(isLost(error) ? error : leaseLost(this.fence));
      clearInterval(this.#timer);
    }
  }
}

const isLost = (error: unknown): boolean => error instanceof RrError && error.code === 'LEASE_LOST';

/** Holds the lease during `work`, whatever happens. @throws RrError LEASE_HELD, and what `work` throws */
export async function withLease<T>(
  leases: Leases,
  name: string,
  options: LeaseOptions,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const lease = await Lease.acquire(leases, name, options);
  try {
    return await work(lease);
  } finally {
    await lease.release();
  }
}

/** Leases as rows of `leases`. */

import {
  type Fence,
  isHeld,
  type LeaseClaim,
  type LeaseInfo,
  LeaseRow,
  type Leases,
  leaseLost,
  takenOver,
} from '../store/lease.ts';
import { thisProcess } from '../store/machine.ts';
import type { Clock, StateFile } from './file.ts';

export class SqliteLeases implements Leases {
  readonly #file: StateFile;
  readonly #now: Clock;

  constructor(file: StateFile, now: Clock) {
    this.#file = file;
    this.#now = now;
  }

  async take(claim: LeaseClaim): Promise<Fence> {
    return this.#file.transaction(() => {
      const row = this.#file.row('leases', 'name = ?', claim.name);
      const { name, epoch, owner, host, boot_id, pid, acquired_at, expires_at } = takenOver(
        row && LeaseRow.parse(row),
        claim,
        this.#now(),
      );
      this.#file.run(
        'INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)',
        ...[name, epoch, owner, host, boot_id, pid, acquired_at, expires_at],
      );
      return { name, epoch, owner };
    });
  }

  async renew(fence: Fence, ttlMs: number): Promise<void> {
    const { name, epoch, owner } = fence;
    const changed = this.#file.run(
      'UPDATE leases SET expires_at = ? WHERE name = ? AND epoch = ? AND owner = ? AND expires_at > 0',
      ...[this.#now() + ttlMs, name, epoch, owner],
    );
    if (changed !== 1) throw leaseLost(fence);
  }

  async release({ name, epoch, owner }: Fence): Promise<void> {
    this.#file.run(
      'UPDATE leases SET expires_at = 0 WHERE name = ? AND epoch = ? AND owner = ?',
      ...[name, epoch, owner],
    );
  }

  async held(): Promise<LeaseInfo[]> {
    const me = thisProcess();
    const now = this.#now();
    return this.#file
      .rows('leases')
      .map((row) => LeaseRow.parse(row))
      .filter((lease) => isHeld(lease, me, now))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** To be called inside the transaction that writes what the lease guards. @throws RrError LEASE_LOST */
export function checkFence(file: StateFile, fence: Fence | undefined): void {
  if (fence === undefined) return;
  const { name, epoch, owner } = fence;
  const row = file.row('leases', 'name = ? AND epoch = ? AND owner = ? AND expires_at > 0', name, epoch, owner);
  if (row === undefined) throw leaseLost(fence);
}

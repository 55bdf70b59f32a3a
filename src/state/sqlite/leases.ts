/** Leases as rows of `leases`. */

import { eventOfTheft } from '../store/event-of-rows.ts';
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
import { type Identity, thisProcess } from '../store/machine.ts';
import { insertEvents } from './events.ts';
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
      const before = row && LeaseRow.parse(row);
      const after = takenOver(before, claim, this.#now());
      const { name, epoch, owner, host, boot_id, pid, acquired_at, expires_at } = after;
      insertEvents(this.#file, [eventOfTheft(before, after)]);
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

  async releaseOf({ host, bootId, pid }: Identity): Promise<string[]> {
    return this.#file.transaction(() => {
      const mine = this.#file.rows(
        'leases',
        'host = ? AND boot_id = ? AND pid = ? AND expires_at > 0',
        host,
        bootId,
        pid,
      );
      const names = mine.map(({ name }) => String(name)).sort();
      for (const name of names) this.#file.run('UPDATE leases SET expires_at = 0 WHERE name = ?', name);
      return names;
    });
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

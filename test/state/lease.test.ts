import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Lease, type Leases } from '../../src/state/store/lease.ts';

/** A store on a server that stops answering once the lease is taken. */
const outOfReach: Leases = {
  take: async ({ name, owner }) => ({ name, owner, epoch: 1 }),
  renew: async () => {
    throw new Error('no route to the server');
  },
  release: async () => {},
  held: async () => [],
  releaseOf: async () => [],
};

test('a holder that cannot reach the store stops when its lease may have another holder', async () => {
  const lease = await Lease.acquire(outOfReach, 'l', { owner: 'x', ttlMs: 200 });
  await expect(lease.renew()).rejects.toThrow('no route');
  // one renewal that fails is no loss yet
  expect(lease.signal.aborted).toBe(false);
  while (!lease.signal.aborted) await sleep(10);
  expect(lease.signal.reason).toMatchObject({ code: 'LEASE_LOST', exit: 75 });
  await lease.release();
});

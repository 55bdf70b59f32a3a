import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { StateDb } from '../../src/state/database.ts';
import { heldLeases, Lease, withLease } from '../../src/state/lease.ts';
import { thisProcess } from '../../src/state/machine.ts';
import { temporaryFolder } from '../io/folder.ts';

const path = join(temporaryFolder(), 'rr.db');
const open: StateDb[] = [];
const state = (): StateDb => {
  const db = StateDb.open(path);
  open.push(db);
  return db;
};
afterEach(() => {
  for (const db of open.splice(0)) {
    db.run('DELETE FROM leases');
    db.close();
  }
});

test('one holder at a time; release hands over with a higher epoch', () => {
  const [a, b] = [state(), state()];
  const first = Lease.acquire(a, 'train', { owner: 'rr train' });
  expect(() => Lease.acquire(b, 'train', { owner: 'rr loop' })).toThrow(
    expect.objectContaining({ code: 'LEASE_HELD', exit: 75, message: expect.stringContaining('rr train') }),
  );
  expect(Lease.acquire(b, 'other', { owner: 'x' }).epoch).toBe(1);
  expect(heldLeases(a).map((lease) => lease.name)).toEqual(['other', 'train']);
  first.release();
  first.release();
  const second = Lease.acquire(b, 'train', { owner: 'rr loop' });
  expect(second.epoch).toBe(first.epoch + 1);
});

test('an expired lease is stolen, and the loser may not write', () => {
  let now = 1_000_000;
  const options = { owner: 'x', ttlMs: 1000, now: () => now };
  const db = state();
  const slow = Lease.acquire(db, 'l', options);
  now += 999;
  expect(() => Lease.acquire(db, 'l', options)).toThrow(expect.objectContaining({ code: 'LEASE_HELD' }));
  now += 2;
  const thief = Lease.acquire(db, 'l', options);
  expect(thief.epoch).toBe(slow.epoch + 1);
  let written = false;
  const write = (): void => {
    written = true;
  };
  expect(() => slow.fenced(write)).toThrow(expect.objectContaining({ code: 'LEASE_LOST', exit: 75 }));
  expect([written, slow.signal.aborted]).toEqual([false, true]);
  // releasing a lost lease leaves the thief alone
  slow.release();
  thief.fenced(write);
  expect(written).toBe(true);
});

test('an expired lease that nobody took goes on', () => {
  let now = 0;
  const lease = Lease.acquire(state(), 'l', { owner: 'x', ttlMs: 1000, now: () => now });
  now = 5000;
  lease.renew();
  expect(() => Lease.acquire(state(), 'l', { owner: 'y', ttlMs: 1000, now: () => now })).toThrow('being worked on');
});

test('the lease of a dead process and of an earlier boot is free at once, that of another machine is not', async () => {
  const child = spawn('true');
  await once(child, 'exit');
  const me = thisProcess();
  const db = state();
  const put = (name: string, host: string, boot: string, pid: number): unknown =>
    db.run('INSERT INTO leases VALUES (?, 7, ?, ?, ?, ?, 0, ?)', name, 'x#1', host, boot, pid, Date.now() + 1e6);
  put('dead', me.host, me.bootId, child.pid ?? 0);
  put('rebooted', me.host, `other-boot/${me.bootId.split('/')[1]}`, process.pid);
  put('container', me.host, `${me.bootId.split('/')[0]}/pid:[1]`, child.pid ?? 0);
  put('far', 'elsewhere', me.bootId, child.pid ?? 0);
  expect(Lease.acquire(db, 'dead', { owner: 'y' }).epoch).toBe(8);
  expect(Lease.acquire(db, 'rebooted', { owner: 'y' }).epoch).toBe(8);
  for (const name of ['container', 'far']) {
    expect(() => Lease.acquire(db, name, { owner: 'y' })).toThrow('being worked on');
  }
});

test('renewed while the work goes on, released when it throws', async () => {
  const db = state();
  const other = state();
  const work = withLease(db, 'l', { owner: 'x', ttlMs: 80 }, async (lease) => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(() => Lease.acquire(other, 'l', { owner: 'y' })).toThrow('being worked on');
    lease.fenced(() => {});
    throw new Error('work');
  });
  await expect(work).rejects.toThrow('work');
  expect(Lease.acquire(other, 'l', { owner: 'y' }).epoch).toBe(2);
});

test('of many processes that want it, one gets it', async () => {
  state();
  const script = `
    import { StateDb } from '${join(import.meta.dirname, '../../src/state/database.ts')}';
    import { Lease } from '${join(import.meta.dirname, '../../src/state/lease.ts')}';
    const state = StateDb.open(process.argv[1]);
    try { Lease.acquire(state, 'race', { owner: 'x' }); console.log('won'); setTimeout(() => {}, 3000); }
    catch (error) { console.log(error.code); }`;
  const ends = Array.from({ length: 5 }, async () => {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, path]);
    const [line] = await once(child.stdout, 'data');
    return { child, line: String(line).trim() };
  });
  const results = await Promise.all(ends);
  for (const { child } of results) child.kill('SIGKILL');
  expect(results.map((result) => result.line).sort()).toEqual([...Array(4).fill('LEASE_HELD'), 'won']);
});

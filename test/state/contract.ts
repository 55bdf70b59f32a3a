/** What every engine of the state store has to do; run against each by a test file of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { makeAuditRow } from '../../src/state/store/audit.ts';
import { isGenuineEvent, makeEvent } from '../../src/state/store/event.ts';
import { Lease, type LeaseClaim, type Leases, withLease } from '../../src/state/store/lease.ts';
import { thisProcess } from '../../src/state/store/machine.ts';
import { isGenuine, makeResult } from '../../src/state/store/results.ts';
import { stateOfRun } from '../../src/state/store/runs.ts';
import type { StateStore } from '../../src/state/store/store.ts';

export interface Engine {
  readonly name: string;
  /** An empty place for a store. */
  readonly fresh: () => string;
  /** A connection of its own to the store there. `now` stands for the store's clock. */
  readonly open: (place: string, now?: () => number) => Promise<StateStore>;
}

const held = expect.objectContaining({ code: 'LEASE_HELD', exit: 75 });
const lost = expect.objectContaining({ code: 'LEASE_LOST', exit: 75 });

const production = (hash: string, generation: number) =>
  makeAuditRow({
    ...{ config: 'hex8_2p', pointer: 'production', hash: hash.repeat(64), previous: null, generation, at: 1 },
    ...{ host: 'h', actor: 'x', reason: 'y', detail: '{}' },
  });

export function stateContract({ name, fresh, open }: Engine): void {
  const opened: StateStore[] = [];
  const connect = async (place: string, now?: () => number): Promise<StateStore> => {
    const state = await open(place, now);
    opened.push(state);
    return state;
  };
  afterEach(async () => {
    vi.useRealTimers();
    for (const state of opened.splice(0)) await state.close();
  });

  describe(`${name}: leases`, () => {
    test('one holder at a time; release hands over with a higher epoch', async () => {
      const place = fresh();
      const [a, b] = [await connect(place), await connect(place)];
      const first = await Lease.acquire(a.leases, 'train', { owner: 'rr train' });
      const refused = Lease.acquire(b.leases, 'train', { owner: 'rr loop' });
      await expect(refused).rejects.toEqual(held);
      await expect(refused).rejects.toThrow('rr train');
      const other = await Lease.acquire(b.leases, 'other', { owner: 'x' });
      expect(other.fence.epoch).toBe(1);
      expect((await a.leases.held()).map((lease) => lease.name)).toEqual(['other', 'train']);
      await first.release();
      await first.release();
      const second = await Lease.acquire(b.leases, 'train', { owner: 'rr loop' });
      expect(second.fence.epoch).toBe(first.fence.epoch + 1);
      await second.release();
      await other.release();
    });

    test('an expired lease is stolen, and the loser may not write', async () => {
      let now = 1_000_000;
      const place = fresh();
      const [a, b] = [await connect(place, () => now), await connect(place, () => now)];
      const options = { owner: 'x', ttlMs: 60_000 };
      const slow = await Lease.acquire(a.leases, 'l', options);
      now += 59_999;
      await expect(Lease.acquire(b.leases, 'l', options)).rejects.toEqual(held);
      now += 2;
      const thief = await Lease.acquire(b.leases, 'l', options);
      expect(thief.fence.epoch).toBe(slow.fence.epoch + 1);
      // no look before this write: the transaction that writes is what refuses it
      const write = (lease: Lease) =>
        a.audit.append('hex8_2p', 'production', () => production('a', lease.fence.epoch), lease.fence);
      await expect(write(slow)).rejects.toEqual(lost);
      expect(await b.audit.rows()).toEqual([]);
      await expect(slow.renew()).rejects.toEqual(lost);
      expect(slow.signal.aborted).toBe(true);
      // releasing a lost lease leaves the thief alone
      await slow.release();
      await write(thief);
      expect(await b.audit.rows()).toEqual([production('a', 2)]);
      await thief.release();
      await expect(write(thief)).rejects.toEqual(lost);
    });

    test('an expired lease that nobody took goes on', async () => {
      let now = 1_000_000;
      const place = fresh();
      const state = await connect(place, () => now);
      const lease = await Lease.acquire(state.leases, 'l', { owner: 'x', ttlMs: 60_000 });
      now += 100_000;
      await state.audit.append('hex8_2p', 'production', () => production('a', 1), lease.fence);
      await lease.renew();
      await expect(Lease.acquire(state.leases, 'l', { owner: 'y' })).rejects.toThrow('being worked on');
      await lease.release();
    });

    test('the lease of a dead process and of an earlier boot is free at once, that of another machine is not', async () => {
      const child = spawn('true');
      await once(child, 'exit');
      const me = thisProcess();
      const [boot, namespace] = me.bootId.split('/');
      const { leases } = await connect(fresh());
      const pid = child.pid ?? 0;
      const put = (leaseName: string, holder: LeaseClaim['holder']) =>
        leases.take({ name: leaseName, owner: 'x#1', holder, ttlMs: 1e6 });
      await put('dead', { host: me.host, bootId: me.bootId, pid });
      await put('rebooted', { host: me.host, bootId: `other-boot/${namespace}`, pid: process.pid });
      await put('container', { host: me.host, bootId: `${boot}/pid:[1]`, pid });
      await put('far', { host: 'elsewhere', bootId: me.bootId, pid });
      for (const free of ['dead', 'rebooted']) {
        const lease = await Lease.acquire(leases, free, { owner: 'y' });
        expect(lease.fence.epoch).toBe(2);
        await lease.release();
      }
      for (const taken of ['container', 'far']) {
        await expect(Lease.acquire(leases, taken, { owner: 'y' })).rejects.toThrow('being worked on');
      }
    });

    test('what a process held is given back for it', async () => {
      const { leases } = await connect(fresh());
      const me = thisProcess();
      for (const [name, pid] of [
        ['a', 7],
        ['b', 7],
        ['c', 8],
      ] as const) {
        await leases.take({ name, owner: 'x#1', holder: { ...me, host: 'far', pid }, ttlMs: 1e6 });
      }
      expect(await leases.releaseOf({ ...me, host: 'far', pid: 7 })).toEqual(['a', 'b']);
      expect(await leases.releaseOf({ ...me, host: 'far', pid: 7 })).toEqual([]);
      expect((await leases.held()).map(({ name }) => name)).toEqual(['c']);
    });

    test('renewed while the work goes on, released when it throws', async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      let now = 1_000_000;
      const place = fresh();
      const [a, b] = [await connect(place, () => now), await connect(place, () => now)];
      let renewed = Promise.withResolvers<void>();
      const watched: Leases = {
        ...{ take: a.leases.take.bind(a.leases), release: a.leases.release.bind(a.leases) },
        held: a.leases.held.bind(a.leases),
        releaseOf: a.leases.releaseOf.bind(a.leases),
        async renew(fence, ttlMs) {
          await a.leases.renew(fence, ttlMs);
          renewed.resolve();
        },
      };
      const work = withLease(watched, 'l', { owner: 'x', ttlMs: 60_000 }, async () => {
        for (let quarter = 0; quarter < 6; quarter++) {
          now += 15_000;
          vi.advanceTimersByTime(15_000);
          await renewed.promise;
          renewed = Promise.withResolvers();
        }
        await expect(Lease.acquire(b.leases, 'l', { owner: 'y' })).rejects.toThrow('being worked on');
        throw new Error('work');
      });
      await expect(work).rejects.toThrow('work');
      const next = await Lease.acquire(b.leases, 'l', { owner: 'y' });
      expect(next.fence.epoch).toBe(2);
      await next.release();
    });

    test('of many processes that want it, one gets it', async () => {
      const place = fresh();
      await connect(place);
      const source = join(import.meta.dirname, '../../src/state');
      const script = `
        import { openState } from '${source}/open.ts';
        import { Lease } from '${source}/store/lease.ts';
        const { leases } = await openState(process.argv[1]);
        try { await Lease.acquire(leases, 'race', { owner: 'x' }); console.log('won'); setTimeout(() => {}, 60_000); }
        catch (error) { console.log(error.code); }`;
      const ends = Array.from({ length: 5 }, async () => {
        const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, place]);
        const [line] = await once(child.stdout, 'data');
        return { child, line: String(line).trim() };
      });
      const results = await Promise.all(ends);
      for (const { child } of results) child.kill('SIGKILL');
      expect(results.map((result) => result.line).sort()).toEqual([...Array(4).fill('LEASE_HELD'), 'won']);
    }, 60_000);
  });

  describe(`${name}: rows`, () => {
    test('runs and cursors', async () => {
      const { runs, cursors } = await connect(fresh());
      const first = await runs.start({
        command: 'train',
        config: 'hex8_2p',
        detail: { steps: 3 },
        argv: ['train', 'a.npz'],
      });
      const second = await runs.start({ command: 'selfplay' });
      await runs.beat(second);
      expect((await runs.active()).map((run) => run.command).sort()).toEqual(['selfplay', 'train']);
      await runs.end(first, 0);
      expect((await runs.active()).map((run) => run.run_id)).toEqual([second]);
      expect((await runs.find()).map(({ exit, argv }) => [exit, argv])).toEqual([
        [0, '["train","a.npz"]'],
        [null, '[]'],
      ]);
      expect(await runs.find({ command: 'selfplay' })).toHaveLength(1);
      expect(await runs.find({ sinceMs: Date.now() + 60_000 })).toEqual([]);
      expect(await runs.forget(Date.now() + 60_000)).toBe(1);
      expect((await runs.find()).map((run) => run.run_id)).toEqual([second]);
      expect(await cursors.get('x')).toBeUndefined();
      await cursors.set('x', '1');
      await cursors.set('x', '2');
      expect(await cursors.get('x')).toBe('2');
    });

    test('of changes that processes make at once none is lost', async () => {
      const place = fresh();
      const state = await connect(place);
      const script = `
        import { openState } from '${join(import.meta.dirname, '../../src/state/open.ts')}';
        const { cursors } = await openState(process.argv[1]);
        console.log('ready');
        process.stdin.once('data', async () => {
          for (let i = 0; i < 50; i++) await cursors.change('count', (value) => String(Number(value ?? 0) + 1));
          process.exit(0);
        });`;
      const args = ['--input-type=module-typescript', '-e', script, place];
      const children = Array.from({ length: 3 }, () => spawn(process.execPath, args));
      await Promise.all(children.map(({ stdout }) => once(stdout, 'data')));
      const ends = children.map((child) => once(child, 'exit'));
      for (const { stdin } of children) stdin.write('go\n');
      expect((await Promise.all(ends)).map(([status]) => status)).toEqual([0, 0, 0]);
      expect(await state.cursors.get('count')).toBe('150');
    }, 120_000);

    test('what a change refuses leaves no trace', async () => {
      const { cursors, audit } = await connect(fresh());
      const refuse = (): never => {
        throw new Error('no');
      };
      await expect(cursors.change('x', refuse)).rejects.toThrow('no');
      await expect(audit.append('hex8_2p', 'production', refuse)).rejects.toThrow('no');
      expect([await cursors.get('x'), await audit.rows()]).toEqual([undefined, []]);
    });

    test('a run whose process is another one by now, or gone, is lost', async () => {
      const { runs } = await connect(fresh());
      const runId = await runs.start({ command: 'train' });
      const [row] = await runs.find();
      expect(row && stateOfRun(row, Date.now())).toBe('running');
      for (const other of [
        { process_start: '1' },
        { boot_id: `other/${row?.boot_id.split('/')[1]}` },
        { pid: 0x7ffffff0 },
      ]) {
        expect(row && stateOfRun({ ...row, ...other }, Date.now())).toBe('lost');
      }
      const far = row && { ...row, host: 'elsewhere' };
      expect(far && stateOfRun(far, far.heartbeat_at + 60_000)).toBe('running');
      expect(far && stateOfRun(far, far.heartbeat_at + 3_600_000)).toBe('lost');
      await runs.end(runId, 5);
      expect((await runs.find()).map((run) => [stateOfRun(run, Date.now()), run.exit])).toEqual([['done', 5]]);
    });

    test('events are a set in order of arrival; the same fact is one row, whoever notes it', async () => {
      const { events } = await connect(fresh());
      const failed = (run: string, host: string, at: number) =>
        makeEvent({ type: 'run_failed', at, host, config: 'hex8_2p', facts: { run, command: 'train', exit: 5 } });
      const lost = makeEvent({
        type: 'run_lost',
        at: 1,
        host: 'a',
        facts: { run: 'r2', command: 'train', started: 1 },
      });
      expect(await events.add([failed('r1', 'a', 9)])).toBe(1);
      expect(await events.add([failed('r1', 'b', 7), lost])).toBe(1);
      const all = await events.find();
      expect(all.map(({ type, host, at }) => [type, host, at])).toEqual([
        ['run_failed', 'a', 9],
        ['run_lost', 'a', 1],
      ]);
      expect(all.every(isGenuineEvent)).toBe(true);
      const [first] = all;
      expect(await events.find({ after: first?.arrival ?? 0 })).toEqual(all.slice(1));
      expect(await events.find({ types: ['run_lost'] })).toEqual(all.slice(1));
      expect(await events.find({ config: 'hex8_2p' })).toEqual(all.slice(0, 1));
      expect(await events.find({ newest: 1 })).toEqual(all.slice(1));
      expect(await events.lacking([lost.id, 'f'.repeat(64)])).toEqual(new Set(['f'.repeat(64)]));
      // a number is never used again
      expect(await events.forget(100)).toBe(2);
      await events.add([lost]);
      expect((await events.find())[0]?.arrival).toBeGreaterThan(all[1]?.arrival ?? 0);
    });

    test('an event whose id is not that of its facts is told', () => {
      const event = makeEvent({ type: 'run_failed', at: 1, host: 'h', facts: { run: 'r', command: 'train', exit: 5 } });
      expect(isGenuineEvent(event)).toBe(true);
      expect(isGenuineEvent({ ...event, at: 2, host: 'x' })).toBe(true);
      for (const wrong of [
        { id: 'a'.repeat(64) },
        { type: 'run_lost' },
        { type: 'unheard_of' },
        { detail: '{"run":"s","command":"train","exit":5}' },
        { detail: '{"run":"r"}' },
        { detail: '{' },
      ]) {
        expect(isGenuineEvent({ ...event, ...wrong }), JSON.stringify(wrong)).toBe(false);
      }
    });

    test('results are a set, and forged ones are told', async () => {
      const { results } = await connect(fresh());
      const one = makeResult({ kind: 'match', config: 'hex8_2p', atMs: 5, record: { b: 1, a: { d: 1, c: 2 } } });
      const same = makeResult({ kind: 'match', config: 'hex8_2p', atMs: 5, record: { a: { c: 2, d: 1 }, b: 1 } });
      expect(same).toEqual(one);
      expect(await results.add([one, same])).toBe(1);
      expect(await results.ids()).toEqual([one.id]);
      expect(await results.find({ kind: 'match' })).toEqual([one]);
      expect(await results.find({ config: 'hex8_3p' })).toEqual([]);
      expect(isGenuine(one)).toBe(true);
      for (const forged of [
        { ...one, at: 6 },
        { ...one, record: '{"a":1}' },
        { ...one, record: 'no' },
      ]) {
        expect(isGenuine(forged)).toBe(false);
      }
    });

    test('a pointer follows the row of the highest generation, and appends see it', async () => {
      const { audit } = await connect(fresh());
      expect(await audit.add([production('a', 1), production('b', 3), production('a', 1)])).toBe(2);
      expect((await audit.winner('hex8_2p', 'production'))?.generation).toBe(3);
      expect(await audit.winner('hex8_2p', 'candidate')).toBeUndefined();
      const row = await audit.append('hex8_2p', 'production', (last) => production('c', (last?.generation ?? 0) + 1));
      expect(row.generation).toBe(4);
      expect((await audit.rows('hex8_2p')).map(({ generation }) => generation)).toEqual([1, 3, 4]);
      expect(await audit.rows('hex8_3p')).toEqual([]);
    });

    test('a breaker opens after three failures, longer each time, lets one try through, forgets', async () => {
      let now = 0;
      const { breakers } = await connect(fresh(), () => now);
      const at = async (ms: number): Promise<string> => {
        now = ms;
        return (await breakers.state('h')).state;
      };
      for (now of [0, 1000, 2000]) await breakers.failed('h', 'ECONNREFUSED');
      expect([await at(2001), await at(31_999)]).toEqual(['open', 'open']);
      await expect(breakers.admit('h')).rejects.toMatchObject({ code: 'HOST_RESTING' });
      expect(await at(32_000)).toBe('half-open');
      await breakers.admit('h');
      // the one try stands for all others
      await expect(breakers.admit('h')).rejects.toMatchObject({ code: 'HOST_RESTING' });
      await breakers.failed('h', 'ECONNREFUSED');
      expect([await at(32_000 + 59_000), await at(32_000 + 61_000)]).toEqual(['open', 'half-open']);
      await breakers.succeeded('h');
      expect(await at(32_000)).toBe('closed');
      now = 0;
      await breakers.failed('other', 'x');
      now = 10 * 3_600_000;
      expect((await breakers.state('other')).failures).toBe(0);
    });

    test('file hashes are replaced by path', async () => {
      const { fileHashes } = await connect(fresh());
      await fileHashes.put(new Map([['/a', { stamp: '1', hash: 'x' }]]));
      await fileHashes.put(new Map([['/a', { stamp: '2', hash: 'y' }]]));
      expect(await fileHashes.all()).toEqual(new Map([['/a', { stamp: '2', hash: 'y' }]]));
    });
  });
}

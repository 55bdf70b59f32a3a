/** Runs as other commands see them: at work, ended, killed, hung. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { dataPaths } from '../../src/io/paths.ts';
import { openState, readState, withState } from '../../src/state/open.ts';
import { finished, REPO_ROOT, RR, rr, start } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-jobs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = (stdout: string, type: string): { readonly [key: string]: unknown }[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((record) => record.type === type);

const jobs = async (data: string, ...args: string[]) =>
  rows((await rr(['jobs', 'ls', '--data', data, ...args])).stdout, 'run');

/** A run that goes on until it is stopped, once it is on record as at work. */
async function atWork(data: string, args: readonly string[]) {
  const child = start(RR, [...args, '--data', data]);
  const end = finished(child);
  for (;;) {
    const [run] = await readState(dataPaths(data).state, ({ runs }) => runs.active());
    if (run) return { child, end, pid: run.pid };
    await sleep(50);
  }
}

const ENDLESS = ['selfplay', '--config', 'hex8_2p', '--games', '1000000', '--workers', '1', '--seed', '1'];
const toStore = (data: string) => [...ENDLESS, '--out', dataPaths(data).games('hex8_2p')];

test('at work, then ended by a signal; failures and events', async () => {
  const data = join(folder, 'signal');
  const { child, end } = await atWork(data, toStore(data));
  const [running] = await jobs(data, '--running');
  expect(running).toMatchObject({ state: 'running', command: 'selfplay', config: 'hex8_2p', exit: null });
  expect(running?.argv).toEqual([...toStore(data), '--data', data]);
  child.kill('SIGTERM');
  expect((await end).status).toBe(143);
  expect(await jobs(data)).toMatchObject([{ state: 'done', exit: 143 }]);
  expect((await rr(['jobs', 'ls', '--data', data, '--failed'])).status).toBe(4);
  const { status } = await rr(['train', '--data', data, '--config', 'hex8_2p', join(folder, 'none.npz')]);
  expect(status).toBe(2);
  const resumed = await rr([
    'selfplay',
    '--config',
    'hex8_2p',
    '--games',
    '2',
    '--seed',
    '2',
    '--data',
    data,
    '--out',
    dataPaths(data).games('hex8_2p'),
  ]);
  expect(resumed.status).toBe(0);
  const events = rows((await rr(['events', 'ls', '--data', data])).stdout, 'event');
  expect(events).toMatchObject([{ event: 'selfplay_completed', config: 'hex8_2p', facts: { games: 2, shard: '0/1' } }]);
});

test('killed: lost, noted by the next command at work, put right by reap', async () => {
  const data = join(folder, 'killed');
  const { end, pid } = await atWork(data, toStore(data));
  process.kill(pid, 'SIGKILL');
  await end;
  expect(await jobs(data, '--failed')).toMatchObject([{ state: 'lost', exit: null }]);
  expect((await rr(['jobs', 'reap', '--data', data, '--dry-run', '--format', 'ndjson'])).stdout).toContain(
    '"outcome":"gone"',
  );
  expect(await jobs(data, '--failed')).toMatchObject([{ state: 'lost' }]);
  expect((await rr(['jobs', 'reap', '--data', data])).status).toBe(0);
  expect((await rr(['jobs', 'reap', '--data', data])).status).toBe(4);
  expect(await jobs(data, '--failed')).toMatchObject([{ state: 'failed', exit: 137 }]);
  const events = rows((await rr(['events', 'ls', '--data', data])).stdout, 'event');
  expect(events).toMatchObject([{ event: 'run_lost', facts: { command: 'selfplay' } }]);
});

test('a training that hangs is ended and its lease freed', async () => {
  const data = join(folder, 'hung');
  const { state } = dataPaths(data);
  await (await openState(state)).close();
  // a process like a training whose card hangs: on record, with a lease, and nothing stops it but SIGKILL
  const source = join(REPO_ROOT, 'src');
  const script = `
    import { openState } from '${source}/state/open.ts';
    import { thisProcess } from '${source}/state/store/machine.ts';
    process.on('SIGTERM', () => {});
    const { runs, leases } = await openState(process.argv[1]);
    await runs.start({ command: process.argv[2], config: 'hex8_2p' });
    await leases.take({ name: 'train/hex8_2p', owner: 'rr train#1', holder: thisProcess(), ttlMs: 3_600_000 });
    console.log('ready');
    setInterval(() => {}, 1000);`;
  const hung = async (command: string) => {
    const child = start(process.execPath, ['--input-type=module-typescript', '-e', script, state, command]);
    const end = finished(child);
    await once(child.stdout ?? child, 'data');
    return { child, end };
  };
  const reap = async () =>
    rows((await rr(['jobs', 'reap', '--data', data, '--silent', '0s', '--kill-after', '0s'])).stdout, 'reaped');

  // only trainings are ended
  const other = await hung('selfplay');
  expect(await reap()).toEqual([]);
  other.child.kill('SIGKILL');
  await other.end;
  expect(await reap()).toMatchObject([{ command: 'selfplay', outcome: 'gone', leases: ['train/hex8_2p'] }]);

  const { end } = await hung('train');
  // the row of a run of this process, had it begun at another time: its number is used again
  await withState(state, ({ runs }) => runs.start({ command: 'train', runId: 'reused' }));
  const db = new Database(state);
  db.function('seal', { deterministic: true, varargs: true }, (...values: unknown[]) => crc32(JSON.stringify(values)));
  db.exec("UPDATE runs SET process_start = '1' WHERE run_id = 'reused'");
  db.close();
  const reaped = await reap();
  expect(reaped.map(({ run, outcome, leases }) => [run === 'reused', outcome, leases])).toEqual([
    [false, 'killed', ['train/hex8_2p']],
    [true, 'gone', []],
  ]);
  expect((await end).signal).toBe('SIGKILL');
  const events = rows((await rr(['events', 'ls', '--data', data])).stdout, 'event');
  expect(events.map(({ event }) => event)).toEqual(['run_lost', 'run_reaped', 'run_lost']);
});

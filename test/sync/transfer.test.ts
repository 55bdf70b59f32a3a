import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parseHosts } from '../../src/cluster/hosts/file.ts';
import { RrError } from '../../src/core/errors.ts';
import { EMPTY_PLAN, type Plan } from '../../src/sync/plan.ts';
import { planReplicas } from '../../src/sync/replicas.ts';
import { CopyMover } from '../../src/sync/transfer/copy.ts';
import { RateLimit } from '../../src/sync/transfer/limit.ts';
import { opensshConfig, writeOpensshConfig } from '../../src/sync/transfer/openssh.ts';
import { progressCounter } from '../../src/sync/transfer/rsync.ts';
import { temporaryFolder } from '../io/folder.ts';
import { sha } from './roots.ts';

const folder = temporaryFolder();

const HOSTS = `
known-hosts: "/k/known 100%"
defaults: {user: u, data: /d, key: /k/id}
hosts:
  gate: {addresses: gate.example.org}
  inner: {addresses: [10.0.0.1, 10.0.0.2], jump: gate, port: 2222}
`;

test('the file for ssh: strict, quoted, private, with the hosts between', () => {
  const inner = parseHosts(HOSTS, '/etc/hosts.yaml').all[1];
  if (!inner) throw new Error('no host');
  const text = opensshConfig(inner, '10.0.0.2', 'peer').join('\n');
  expect(text).toMatch(/^Host peer\n {2}HostName "10.0.0.2"\n {2}Port 2222\n/);
  expect(text).toContain('UserKnownHostsFile "/k/known 100%%"');
  expect(text).toContain('ProxyJump peer-jump\nHost peer-jump\n  HostName "gate.example.org"\n  Port 22\n');
  expect(text.match(/StrictHostKeyChecking yes/g)).toHaveLength(2);
  const file = writeOpensshConfig(inner, '10.0.0.2');
  expect(statSync(file.path).mode & 0o777).toBe(0o600);
  // one that a killed process left is gone with the next one that is made, one that is in use stays
  const left = dirname(file.path).replace(/-\d+-/, '-2147483647-');
  mkdirSync(left);
  writeOpensshConfig(inner, '10.0.0.2').remove();
  expect([existsSync(left), existsSync(file.path)]).toEqual([false, true]);
  file.remove();
  expect(() => opensshConfig({ ...inner, key: '/a"\n  ProxyCommand x' }, 'h', 'peer')).toThrow(RrError);
});

test("rsync's running total becomes increments, however it is cut", () => {
  const seen: number[] = [];
  const count = progressCounter((bytes) => seen.push(bytes));
  for (const text of ['\r      100  1%   1kB/s', ' 0:00:01\r   25', '0  2% x\r  250  2% x\r', 'noise\n 1000 100%\n'])
    count(text);
  expect(seen).toEqual([100, 150, 750]);
});

test('a copy goes on from the beginning that is there', async () => {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  for (const name of [from, to]) mkdirSync(name);
  const name = sha('0123456789');
  writeFileSync(join(from, name), '0123456789');
  writeFileSync(join(to, name), '0123');
  let moved = 0;
  const onBytes = (bytes: number): void => {
    moved += bytes;
  };
  await new CopyMover(new RateLimit(undefined)).move({ from, to, files: [{ sha256: name, bytes: 10 }], onBytes });
  expect([moved, readFileSync(join(to, name), 'utf8')]).toEqual([6, '0123456789']);
});

test('a rate limit makes bytes wait', async () => {
  vi.useFakeTimers();
  try {
    const limit = new RateLimit(1e6);
    let taken = 0;
    const all = (async () => {
      for (; taken < 10; taken++) await limit.take(30_000);
    })();
    // 30 ms for each
    await vi.advanceTimersByTimeAsync(155);
    expect(taken).toBe(5);
    await vi.advanceTimersByTimeAsync(150);
    await all;
    expect(taken).toBe(10);
  } finally {
    vi.useRealTimers();
  }
});

test('copies go where few are, to machines that keep and stay', () => {
  const file = (n: number): Plan['files'][number] => ({
    ...{ kind: 'npz', name: `${n}.npz`, sha256: sha(`${n}`), bytes: 1, mtimeMs: 0 },
  });
  const all: Plan = { ...EMPTY_PLAN, files: [file(1), file(2), file(3)] };
  const peer = (name: string, plan: Plan, change = {}) => ({ name, plan, leaving: false, preference: 0, ...change });
  const plans = [
    peer('a', all),
    peer('b', { ...all, files: [file(1), file(2)] }),
    peer('store', all, { preference: 1 }),
    peer('leaving', EMPTY_PLAN, { leaving: true }),
  ];
  const two = planReplicas(plans, 2);
  // b has file 3 already, which makes two; what the leaving machine has does not count
  expect(two).toMatchObject({ short: 2, hopeless: 0 });
  expect([...two.plans].map(([name, { files }]) => [name, files.length])).toEqual([
    ['a', 0],
    ['b', 0],
    ['store', 2],
    ['leaving', 0],
  ]);
  const three = planReplicas(plans, 3);
  expect(three.short).toBe(3);
  expect([...three.plans.values()].reduce((sum, { files }) => sum + files.length, 0)).toBe(5);
  expect(planReplicas(plans, 5)).toMatchObject({ short: 3, hopeless: 3 });
});

import { readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadHosts, parseHosts, selectHosts } from '../../src/cluster/hosts/file.ts';
import { parseBytes } from '../../src/cluster/hosts/schema.ts';
import { REPO_ROOT } from '../run.ts';

const parse = (text: string) => parseHosts(text, '/etc/rr/hosts.yaml');
const MINIMAL = 'defaults: {user: u, data: /d}\n';

test('the documented example is valid, and every key in it does what it says', () => {
  const { all } = parse(readFileSync(join(REPO_ROOT, 'config/hosts.example.yaml'), 'utf8'));
  expect(all.map((host) => host.name)).toEqual(['gateway', 'gpu-1']);
  expect(all[1]).toMatchObject({
    addresses: ['10.0.0.11', 'gpu-1.example.org'],
    port: 22,
    key: join(homedir(), '.ssh/id_ed25519'),
    agent: true,
    jump: { name: 'gateway', jump: undefined },
    bandwidth: 50e6,
    minFree: 5e9,
    memory: 64e9,
    rr: ['/opt/rr/bin/rr'],
    roles: ['selfplay', 'train'],
  });
  expect(all[0]).toMatchObject({ agent: false, bandwidth: undefined });
});

test('limits by glob, files relative to the file, one word as a list', () => {
  const [host] = parse(
    `${MINIMAL}known-hosts: known\nbandwidth:\n  'gpu-*': 1MB/s\nhosts:\n  gpu-7: {addresses: '::1', key: k, rr: /bin/rr}\n`,
  ).all;
  expect(host).toMatchObject({ bandwidth: 1e6, knownHosts: '/etc/rr/known', key: '/etc/rr/k', rr: ['/bin/rr'] });
});

test.each([
  ['hosts:\n  a:\n    addresses: h\n    prot: 22\n', "hosts.yaml:4: unknown key 'hosts.a.prot' (did you mean 'port'?)"],
  ['host:\n  a: {}\n', "hosts.yaml:1: unknown key 'host' (did you mean 'hosts'?)"],
  ['hosts:\n  a: {addresses: h}\n  b: {addresses: i}\n  a: {addresses: j}\n', 'hosts.yaml:4: Map keys must be unique'],
  [
    `${MINIMAL}hosts:\n  a: {addresses: h}\n  b: {addresses: H}\n`,
    'hosts.yaml:4: hosts.b is the same place as hosts.a',
  ],
  ['hosts:\n  a:\n    addresses: h\n    port: 99999\n', 'hosts.yaml:4: hosts.a.port'],
  ['hosts:\n  a: {addresses: h}\n', 'hosts.yaml:2: hosts.a: user is missing'],
  ['defaults: {user: u}\nhosts:\n  a: {addresses: h}\n', 'hosts.yaml:3: hosts.a: data is missing'],
  [`${MINIMAL}hosts:\n  a: {addresses: h, jump: b}\n`, "hosts.yaml:3: jump: no host 'b'"],
  [`${MINIMAL}hosts:\n  a: {addresses: h, jump: b}\n  b: {addresses: i, jump: a}\n`, 'goes round in a circle'],
  [`${MINIMAL}hosts:\n  a: {addresses: -oProxyCommand=x}\n`, 'hosts.yaml:3: hosts.a.addresses'],
  [`${MINIMAL}hosts:\n  a: {addresses: 'h;reboot'}\n`, 'hosts.a.addresses'],
  [`${MINIMAL}hosts:\n  -a: {addresses: h}\n`, 'hosts.yaml:'],
  [`${MINIMAL}hosts:\n  a: {addresses: h, data: here}\n`, 'is not an absolute path'],
  [`${MINIMAL}hosts:\n  a: {addresses: h, user: '-x'}\n`, 'is not a user name'],
  [`${MINIMAL}hosts:\n  a: {addresses: h, bandwidth: fast}\n`, "'fast' is no amount; write 20MB/s"],
  [`${MINIMAL}hosts:\n  a: {addresses: h, status: gone}\n`, 'hosts.a.status'],
  ['hosts: [a\n', 'hosts.yaml:'],
  ['just text', 'hosts.yaml:1'],
  ['', 'hosts.yaml: is empty'],
])('%j is refused with its line', (text, message) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ exit: 78, message: expect.stringContaining(message) }));
});

test('a folder in its place is told as one', () => {
  expect(() => loadHosts(tmpdir())).toThrow(expect.objectContaining({ exit: 2, code: 'IS_FOLDER' }));
});

test('selection by name and glob', () => {
  const hosts = parse(
    `${MINIMAL}hosts:\n  gpu-1: {addresses: a}\n  gpu-2: {addresses: b, status: retired}\n  cpu: {addresses: c}\n`,
  );
  const names = (...wanted: string[]) => selectHosts(hosts, wanted).map((host) => host.name);
  expect(names()).toEqual(['gpu-1', 'cpu']);
  expect(names('cpu', 'gpu-*')).toEqual(['gpu-1', 'gpu-2', 'cpu']);
  expect(() => names('gpu-11')).toThrow("no host 'gpu-11' in hosts.yaml (did you mean 'gpu-1'?)");
});

test('amounts', () => {
  expect(['20MB', '1.5 GiB', '7', '3kB'].map(parseBytes)).toEqual([20e6, 1.5 * 2 ** 30, 7, 3000]);
  expect(['', 'MB', '1XB', '-1MB', '1e9'].map(parseBytes)).toEqual(Array(5).fill(undefined));
});

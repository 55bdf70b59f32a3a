import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../src/cluster/hosts/file.ts';
import { connect } from '../../src/cluster/ssh/connect.ts';
import { addKnownHost, judgeKey, knownHostName, readKnownHosts } from '../../src/cluster/ssh/known-hosts.ts';
import { retrying } from '../../src/cluster/ssh/retry.ts';
import { Session } from '../../src/cluster/ssh/session.ts';
import { RrError } from '../../src/core/errors.ts';
import { quoteArgv } from '../../src/io/shell.ts';
import { openState } from '../../src/state/open.ts';
import type { StateStore } from '../../src/state/store/store.ts';
import { temporaryFolder } from '../io/folder.ts';
import { run } from '../run.ts';
import { type Cluster, freePort, hasSshd, startCluster } from './sshd.ts';

// starts a good many processes, slowly where cores are shared
const folder = temporaryFolder();

describe('quoting', () => {
  const words = fc.array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'\'"\\$`!*?~;&|<>(){}[]#\n\t -=a') })),
    { minLength: 1, maxLength: 5 },
  );
  const printable = words.map((list) => list.map((word) => word.replaceAll('\0', '').toWellFormed()));

  test('a POSIX shell takes the line apart into exactly the words', async () => {
    const samples = fc.sample(printable, 150);
    // each word comes back ended by a NUL, which no word holds; the number of words is checked with it
    const script = samples.map((argv) => `printf '%s\\0' ${argv.length} ${quoteArgv(argv)} END`).join('\n');
    for (const shell of ['sh', 'bash']) {
      const { stdout } = await run(shell, [], { input: script });
      const expected = samples.map((argv) => [argv.length, ...argv, 'END', ''].join('\0')).join('');
      expect(stdout).toBe(expected);
    }
  });

  test('plain words stay readable, NUL is refused', () => {
    expect(quoteArgv(['/opt/rr', '--a=b', '', "it's", 'a b', '~', '\\'])).toBe(
      "/opt/rr --a=b '' 'it'\\''s' 'a b' '~' ''\\\\''",
    );
    expect(() => quoteArgv(['a\0b'])).toThrow('NUL');
  });
});

describe('known_hosts', () => {
  const key = (text: string): Buffer => {
    const type = Buffer.from('ssh-ed25519');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(type.length);
    return Buffer.concat([length, type, Buffer.from(text)]);
  };
  const file = join(folder, 'kh', 'known_hosts');

  test('plain, port, hashed, globs, negation, revoked', () => {
    const salt = Buffer.from('salt');
    const hash = createHmac('sha1', salt).update('[hidden]:2222').digest('base64');
    const base = key('A').toString('base64');
    mkdirSync(join(folder, 'kh'));
    writeFileSync(
      file,
      [
        '# comment',
        '',
        `plain,10.0.0.1 ssh-ed25519 ${base} note`,
        `|1|${salt.toString('base64')}|${hash} ssh-ed25519 ${base}`,
        `*.lan,!bad.lan ssh-ed25519 ${base}`,
        `@revoked plain ssh-ed25519 ${key('R').toString('base64')}`,
        `@cert-authority ca ssh-ed25519 ${base}`,
        'torn ssh-ed25519',
      ].join('\n'),
    );
    const entries = readKnownHosts(file);
    const judge = (address: string, port: number, blob: Buffer) =>
      judgeKey(entries, knownHostName(address, port), blob);
    expect(judge('plain', 22, key('A'))).toBe('known');
    expect(judge('PLAIN', 22, key('B'))).toBe('changed');
    expect(judge('plain', 23, key('A'))).toBe('unknown');
    expect(judge('plain', 22, key('R'))).toBe('revoked');
    expect(judge('hidden', 2222, key('A'))).toBe('known');
    expect(judge('x.lan', 22, key('A'))).toBe('known');
    expect(judge('bad.lan', 22, key('A'))).toBe('unknown');
    expect(judge('ca', 22, key('A'))).toBe('unknown');
    addKnownHost(file, 'new', key('N'));
    expect(judgeKey(readKnownHosts(file), 'new', key('N'))).toBe('known');
    expect(readFileSync(file, 'utf8')).toContain('torn ssh-ed25519\nnew ssh-ed25519 ');
    expect(readKnownHosts(join(folder, 'none'))).toEqual([]);
  });
});

describe('retries', () => {
  const unreachable = () => new RrError('HOST_UNREACHABLE', { host: 'h', detail: 'x' });

  test('only what may pass is tried again', async () => {
    let tries = 0;
    const flaky = () => retrying(async () => (++tries < 3 ? Promise.reject(unreachable()) : tries), { baseMs: 1 });
    expect(await flaky()).toBe(3);
    tries = 0;
    const wrongKey = retrying(async () => {
      tries++;
      throw new RrError('HOST_AUTH', { host: 'h', user: 'u' });
    });
    await expect(wrongKey).rejects.toThrow('no key was accepted');
    expect(tries).toBe(1);
  });
});

describe.skipIf(!hasSshd)('a real sshd', () => {
  let cluster: Cluster;
  let state: StateStore;
  const sessions: Session[] = [];
  const host = (name: string, change: Partial<Host> = {}): Host => {
    const found = cluster.load().all.find((one) => one.name === name);
    if (!found) throw new Error(name);
    return { ...found, ...change };
  };
  const session = (target: Host): Session => {
    const made = new Session(target, { breakers: state.breakers, retry: { baseMs: 1 }, timeoutMs: 3000 });
    sessions.push(made);
    return made;
  };
  beforeAll(async () => {
    mkdirSync(join(folder, 'sshd'));
    cluster = await startCluster(join(folder, 'sshd'), ['a', 'b']);
    state = await openState(':memory:');
  });
  afterAll(async () => {
    await Promise.all(sessions.map((one) => one.close()));
    await state.close();
  });

  test('runs commands with hostile words, keeps output and status apart, over one connection', async () => {
    const a = session(host('a'));
    const hostile = ['$(touch pwned) `id` \'x\' "y" \\ ; rm -rf * \n & é', '', '-n', '*'];
    const echoed = await a.run(['printf', '%s|', ...hostile]);
    expect(echoed).toEqual({
      code: 0,
      signal: undefined,
      stdout: hostile.map((word) => `${word}|`).join(''),
      stderr: '',
    });
    expect(await a.run(['sh', '-c', 'echo out; echo err >&2; exit 7'])).toMatchObject({
      ...{ code: 7, stdout: 'out\n', stderr: 'err\n' },
    });
    const one = await a.connected();
    expect(await a.connected()).toBe(one);
    expect((await a.run(['sh', '-c', 'kill -TERM $$'])).signal).toBe('SIGTERM');
  });

  test('a command that hangs or floods is ended', async () => {
    const a = session(host('a'));
    await expect(a.run(['sleep', '60'], { timeoutMs: 200 })).rejects.toThrow('a: no end after 0.2 s');
    await expect(a.run(['yes'], { maxBytes: 100_000 })).rejects.toThrow('more than 100000 bytes');
    await expect(a.run(['sleep', '60'], { signal: AbortSignal.timeout(100) })).rejects.toThrow();
    expect((await a.run(['echo', 'fine'])).stdout).toBe('fine\n');
  });

  test('a jump host', async () => {
    const through = session(host('b', { jump: host('a') }));
    expect((await through.run(['echo', 'here'])).stdout).toBe('here\n');
  });

  test('the next address is tried when one is dead', async () => {
    const b = session(host('b', { addresses: ['127.0.0.77', '127.0.0.1'] }));
    expect((await b.connected()).address).toBe('127.0.0.1');
  });

  test('an unknown host key is refused with the command that accepts it, a wrong one always', async () => {
    const empty = join(folder, 'empty_known_hosts');
    await expect(session(host('a', { knownHosts: empty })).connected()).rejects.toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      message: expect.stringMatching(/rr cluster probe a --accept-key SHA256:/),
    });
    const swapped = join(folder, 'swapped');
    const [one, two] = readFileSync(cluster.knownHosts, 'utf8').trim().split('\n');
    const keyOf = (line = ''): string => line.split(' ').slice(1).join(' ');
    writeFileSync(swapped, `${one?.split(' ')[0]} ${keyOf(two)}\n`);
    const wrong = host('a', { knownHosts: swapped });
    await expect(session(wrong).connected()).rejects.toMatchObject({ code: 'HOST_KEY_CHANGED', exit: 78 });
    await expect(connect(wrong, { onUnknownKey: () => true })).rejects.toMatchObject({ code: 'HOST_KEY_CHANGED' });
    const accepted = await connect(host('a', { knownHosts: empty }), { onUnknownKey: () => true });
    accepted.close();
  });

  test('a key that the host does not accept', async () => {
    const key = join(cluster.folder, 'a.key');
    const refused = session(host('a', { key })).connected();
    await expect(refused).rejects.toMatchObject({
      code: 'HOST_AUTH',
      message: expect.not.stringContaining('127.0.0.1'),
    });
    await expect(session(host('a', { key: join(folder, 'nokey') })).connected()).rejects.toThrow('nokey');
    await expect(session(host('a', { key: cluster.hostsFile })).connected()).rejects.toThrow('load it into an agent');
  });

  test('a dead host fails fast and rests; a silent one times out; messages carry no address', async () => {
    const dead = host('a', { name: 'dead', port: await freePort() });
    for (let i = 0; i < 3; i++) {
      await expect(session(dead).connected()).rejects.toMatchObject({
        message: 'dead: cannot be reached (ECONNREFUSED)',
      });
    }
    await expect(session(dead).connected()).rejects.toMatchObject({
      code: 'HOST_RESTING',
      message: expect.stringContaining('last ECONNREFUSED'),
    });
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const silent = connect(host('a', { name: 'silent', port }), { timeoutMs: 300 });
    await expect(silent).rejects.toThrow('silent: cannot be reached (no answer in time)');
    server.close();
  });
});

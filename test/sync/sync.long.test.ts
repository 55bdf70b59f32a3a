/** rr sync between this machine and three hosts with a real sshd each, and with plain folders. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { dataPaths } from '../../src/io/paths.ts';
import { readModel, writeModel } from '../../src/net/model/file.ts';
import { PROTOCOL_VERSION } from '../../src/sync/peer/methods.ts';
import { type Cluster, freePort, hasSshd, startCluster } from '../cluster/sshd.ts';
import { temporaryFolder } from '../io/folder.ts';
import { testModel } from '../net/helpers.ts';
import { REPO_ROOT, type Result as RunResult, rr } from '../run.ts';
import { addGames, addModel, addNpz, addResult, contents, leftovers, sha } from './roots.ts';

// starts a good many processes, slowly where cores are shared
const folder = temporaryFolder();
let count = 0;
const freshRoot = (): string => {
  const root = join(folder, `root ${count++}`);
  mkdirSync(root, { recursive: true });
  return root;
};

/** Command lines of everything that runs on this machine. */
const processArguments = (): string[] =>
  readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) ? [readFileSync(join('/proc', name, 'cmdline'), 'utf8').replaceAll('\0', ' ')] : [];
    } catch {
      return [];
    }
  });

interface Record {
  readonly type: string;
  readonly host?: string;
  readonly [key: string]: unknown;
}
const records = ({ stdout }: RunResult): Record[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Record => JSON.parse(line));
const transfers = (result: RunResult): Record[] => records(result).filter((record) => record.type === 'transfer');

async function fill(root: string, from: number): Promise<void> {
  addGames(root, from, from + 12);
  addNpz(root, `hex8_2p.run${from}.npz`, `samples ${from}`);
  await addModel(root, 'hex8_2p', `model ${from}`, 'candidate');
  await addResult(root, from);
}

describe('with a plain folder', () => {
  const sync = (root: string, word: string, other: string, ...flags: string[]) =>
    rr(['sync', word, '--data', root, '--folder', other, '--min-free', '1MB', ...flags]);

  test('push, repeat for free, pull, and both ends are equal', async () => {
    const [a, b] = [freshRoot(), freshRoot()];
    await fill(a, 0);
    await fill(b, 6);
    const planned = await sync(a, 'plan', b);
    expect(transfers(planned)).toMatchObject([
      { direction: 'push', status: 'planned', files: 2, games: 6, rows: 2 },
      { direction: 'pull', status: 'planned', files: 2, games: 6, rows: 2 },
    ]);
    const dry = await sync(a, 'push', b, '--dry-run');
    expect(transfers(dry)).toMatchObject([{ status: 'planned', games: 6 }]);

    const first = await sync(a, 'push', b);
    expect(first.status).toBe(0);
    expect(transfers(first)).toMatchObject([
      { status: 'done', via: 'copy', files: 2, games: 6, rows: 2, conflicts: 0 },
    ]);
    const again = await sync(a, 'push', b);
    expect(transfers(again)).toMatchObject([{ status: 'done', files: 0, games: 0, rows: 0, bytes: 0 }]);
    expect((await sync(a, 'pull', b)).status).toBe(0);
    expect(await contents(a)).toEqual(await contents(b));
    expect([...leftovers(a), ...leftovers(b)]).toEqual([]);
    const pointer = (root: string) => readFileSync(join(dataPaths(root, {}).modelsFolder, 'hex8_2p/candidate'), 'utf8');
    expect(pointer(a)).toBe(pointer(b));
  });

  test('only what was asked for', async () => {
    const [a, b] = [freshRoot(), freshRoot()];
    await fill(a, 0);
    addGames(a, 50, 52, 'square8_2p');
    addNpz(a, 'square8_2p.npz', 'others');
    await sync(a, 'push', b, '--kind', 'npz,results', '--config', 'hex8_2p');
    expect(await contents(b)).toMatchObject({
      games: [],
      models: [],
      audit: [],
      npz: [`hex8_2p.run0.npz ${sha('samples 0')}`],
    });
    const wrong = await sync(a, 'push', b, '--kind', 'modles');
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining("did you mean 'models'?") });
    expect((await sync(a, 'push', b, '--config', 'hex8_9p')).status).toBe(2);
    expect((await sync(a, 'push', join(folder, 'misspelt'))).stderr).toContain('make the folder first');
    expect(await sync(a, 'push', a)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is the same data folder'),
    });
  });

  test('two different files of one name: the newer has the name, the older stays aside, in any order', async () => {
    const [a, b] = [freshRoot(), freshRoot()];
    addNpz(a, 'hex8_2p.npz', 'old', 1_700_000_000);
    addNpz(b, 'hex8_2p.npz', 'new', 1_700_000_500);
    await sync(a, 'push', b);
    await sync(a, 'pull', b);
    const expected = [`hex8_2p.${sha('old').slice(0, 12)}.npz ${sha('old')}`, `hex8_2p.npz ${sha('new')}`];
    expect(await contents(a)).toMatchObject({ npz: expected });
    expect(await contents(b)).toMatchObject({ npz: expected });
    expect(transfers(await sync(a, 'pull', b))).toMatchObject([{ files: 0 }]);
  });

  test('--since last looks only at what was stored since', async () => {
    const [a, b] = [freshRoot(), freshRoot()];
    addGames(a, 0, 1200);
    expect(transfers(await sync(a, 'push', b))).toMatchObject([{ games: 1200 }]);
    // lost over there, and too long ago to be looked at again
    execFileSync(process.execPath, [
      '--input-type=module-typescript',
      '-e',
      `import Database from 'better-sqlite3';
       new Database(process.argv[1]).exec("DELETE FROM games WHERE rowid <= 100");`,
      dataPaths(b, {}).games('hex8_2p'),
    ]);
    addGames(a, 1200, 1205);
    expect(transfers(await sync(a, 'push', b, '--since', 'last'))).toMatchObject([{ games: 5 }]);
    expect(transfers(await sync(a, 'push', b))).toMatchObject([{ games: 100 }]);
  });

  test('links, other databases, and names that cannot travel stay where they are', async () => {
    const [a, b] = [freshRoot(), freshRoot()];
    const { trainingFolder, gamesFolder } = dataPaths(a, {});
    writeFileSync(join(folder, 'secret'), 'secret');
    addNpz(a, "$(touch pwned) ; 'x' --rsh=sh.npz", 'hostile but a name');
    mkdirSync(gamesFolder, { recursive: true });
    symlinkSync(join(folder, 'secret'), join(trainingFolder, 'link.npz'));
    writeFileSync(join(trainingFolder, 'line\nbreak.npz'), 'x');
    writeFileSync(join(trainingFolder, 'back\\slash.npz'), 'x');
    writeFileSync(join(trainingFolder, '.hidden.npz'), 'x');
    execFileSync(process.execPath, [
      '--input-type=module-typescript',
      '-e',
      `import Database from 'better-sqlite3'; new Database(process.argv[1]).exec('CREATE TABLE t (x)');`,
      join(gamesFolder, 'other.db'),
    ]);
    expect((await sync(a, 'push', b)).status).toBe(0);
    expect(await contents(b)).toMatchObject({
      games: [],
      npz: [`$(touch pwned) ; 'x' --rsh=sh.npz ${sha('hostile but a name')}`],
    });
  });

  test('a model under the name of another one is thrown away', async () => {
    const [a, b] = [freshRoot(), freshRoot()];
    const bytes = writeModel(testModel('hex8'));
    const { hash } = readModel(bytes, 'test');
    const models = join(dataPaths(a, {}).modelsFolder, 'hex8_2p');
    mkdirSync(models, { recursive: true });
    writeFileSync(join(models, `${hash}.onnx`), bytes);
    writeFileSync(join(models, `${sha('another')}.onnx`), writeModel(testModel('hex8', 'nano', 3, 2)));
    const result = await sync(a, 'push', b);
    expect(result).toMatchObject({ status: 5, stderr: expect.stringContaining('thrown away') });
    expect(readdirSync(join(dataPaths(b, {}).modelsFolder, 'hex8_2p'))).toEqual([`${hash}.onnx`]);
  });

  test('copies are counted and repaired', async () => {
    const [a, b, c] = [freshRoot(), freshRoot(), freshRoot()];
    addGames(a, 0, 4);
    await addModel(a, 'hex8_2p', 'm');
    await sync(a, 'push', b, '--kind', 'models');
    const both = ['--folder', c];
    const plan = await sync(a, 'plan', b, '--replicas', '2', ...both);
    expect(records(plan).at(-1)).toMatchObject({ type: 'summary', short: 4 });
    await sync(a, 'push', b, '--replicas', '2', ...both);
    const held = (await Promise.all([b, c].map(contents))) as { games: [string, string[]][]; models: string[] }[];
    expect(held.flatMap(({ games }) => games.flatMap(([, ids]) => ids))).toHaveLength(4);
    expect(held.map(({ models }) => models.length)).toEqual([1, 0]);
    expect(records(await sync(a, 'plan', b, '--replicas', '2', ...both)).at(-1)).toMatchObject({ short: 0 });
    expect(records(await sync(a, 'plan', b, '--replicas', '3', ...both)).at(-1)).toMatchObject({ short: 5 });
  });
});

describe.skipIf(!hasSshd)('with hosts', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    mkdirSync(join(folder, 'cluster'));
    cluster = await startCluster(join(folder, 'cluster'), ['a', 'b', 'c']);
  });
  const data = (name: string): string => cluster.hosts.find((host) => host.name === name)?.data ?? '';
  const empty = (): void => {
    for (const host of cluster.hosts) {
      rmSync(host.data, { recursive: true, force: true });
      mkdirSync(host.data, { recursive: true });
    }
  };
  const sync = (root: string, word: string, ...flags: string[]) =>
    rr([
      ...['sync', word, '--data', root, ...(word === 'status' ? [] : ['--min-free', '1MB']), ...flags],
      ...(flags.includes('--hosts') ? [] : ['--hosts', cluster.hostsFile]),
    ]);
  /** hosts.yaml with changes, as a file of its own. */
  const changed = (change: (hosts: globalThis.Record<string, object>) => void): string => {
    const yaml = JSON.parse(readFileSync(cluster.hostsFile, 'utf8'));
    change(yaml.hosts);
    const file = join(cluster.folder, `hosts-${count++}.yaml`);
    writeFileSync(file, JSON.stringify(yaml));
    return file;
  };

  test.each(['sftp', 'rsync'])('three hosts and this one end up equal (%s)', async (transfer) => {
    empty();
    const root = freshRoot();
    await fill(root, 0);
    for (const [index, host] of cluster.hosts.entries()) await fill(host.data, 10 * (index + 1));
    const pull = await sync(root, 'pull', '--transfer', transfer);
    expect(pull).toMatchObject({ status: 0, stderr: expect.not.stringContaining('failed') });
    expect(transfers(pull).map(({ via, status }) => [via, status])).toEqual(Array(3).fill([transfer, 'done']));
    expect((await sync(root, 'push', '--transfer', transfer)).status).toBe(0);
    for (const host of cluster.hosts) {
      expect(await contents(host.data)).toEqual(await contents(root));
      expect(leftovers(host.data)).toEqual([]);
    }
    expect(transfers(await sync(root, 'push')).map((record) => record.bytes)).toEqual([0, 0, 0]);
    const status = records(await sync(root, 'status')).filter((record) => record.type === 'sync_status');
    expect(status).toMatchObject(Array(3).fill({ breaker: 'closed', pushed: expect.any(String), failed: null }));
  });

  test('a dead host, a wrong host key, no permission: the others are done, exit 6, and it says which', async () => {
    empty();
    const root = freshRoot();
    await fill(root, 0);
    const port = await freePort();
    const denied = join(cluster.folder, 'denied');
    writeFileSync(denied, 'a file where a folder should be');
    const file = changed((hosts) => {
      Object.assign(hosts.b ?? {}, { port });
      Object.assign(hosts.c ?? {}, { data: denied });
    });
    const result = await sync(root, 'push', '--hosts', file);
    expect(result).toMatchObject({ status: 6, stderr: expect.stringMatching(/failed: (b, c|c, b)\n$/) });
    const byHost = new Map(transfers(result).map((record) => [record.host, record]));
    expect(byHost.get('a')).toMatchObject({ status: 'done', games: 12 });
    expect(byHost.get('b')).toMatchObject({ status: 'failed', code: 'HOST_UNREACHABLE' });
    expect(byHost.get('c')).toMatchObject({ status: 'failed', reason: expect.stringContaining('c: ') });

    const strangers = join(cluster.folder, 'strangers');
    const [one, two] = readFileSync(cluster.knownHosts, 'utf8').trim().split('\n');
    writeFileSync(strangers, `${one?.split(' ')[0]} ${two?.split(' ').slice(1).join(' ')}\n`);
    const yaml = JSON.parse(readFileSync(cluster.hostsFile, 'utf8'));
    const wrongKey = join(cluster.folder, 'wrong-key.yaml');
    writeFileSync(wrongKey, JSON.stringify({ ...yaml, 'known-hosts': strangers }));
    const refused = await sync(root, 'push', '--hosts', wrongKey, '--host', 'a');
    expect(refused).toMatchObject({ status: 78, stderr: expect.stringContaining('another one than in') });
    // nothing secret in what was recorded, noted or said
    const noted = ['rr.db', 'rr.db-wal']
      .map((name) => join(root, 'state', name))
      .filter((path) => existsSync(path))
      .map((path) => readFileSync(path, 'latin1'));
    expect(noted.join('')).toContain('HOST_UNREACHABLE');
    const log = await sync(root, 'push', '--hosts', file, '--log-json', '--no-breaker');
    const shown = [result, refused, log].map(({ stdout, stderr }) => stdout + stderr).join('') + noted.join('');
    for (const secret of ['127.0.0.1', String(port), 'PRIVATE', join(cluster.folder, 'id')]) {
      expect(shown).not.toContain(secret);
    }
  });

  test('a host without rr, with another rr, and one that lies', async () => {
    empty();
    const root = freshRoot();
    addNpz(root, 'hex8_2p.npz', 'x');
    const fake = (name: string, script: string): string => {
      const path = join(cluster.folder, name);
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
      return path;
    };
    const hello = (change: object): string =>
      JSON.stringify({
        id: 1,
        result: {
          ...{ protocol: PROTOCOL_VERSION, rr: '9.9.9', schemas: { games: 2, state: 3 } },
          ...{ rootId: '123e4567-e89b-42d3-a456-426614174000', nowMs: Date.now(), ...change },
        },
      });
    const answers = (name: string, ...lines: string[]): string =>
      fake(
        name,
        ['echo motd; echo rr-sync-agent', ...lines.map((line) => `read x; cat <<'EOF'\n${line}\nEOF`), 'read x'].join(
          '\n',
        ),
      );
    const against = async (script: string, word = 'pull', ...flags: string[]) => {
      const file = changed((hosts) => Object.assign(hosts.a ?? {}, { rr: script }));
      const result = await sync(root, word, '--hosts', file, '--host', 'a', ...flags);
      return { status: result.status, reason: String(transfers(result)[0]?.reason) };
    };
    expect(await against('/nowhere/rr')).toMatchObject({
      status: 75,
      reason: expect.stringContaining('rr there ended'),
    });
    expect(await against(answers('newer', hello({ protocol: PROTOCOL_VERSION + 1 })))).toMatchObject({
      status: 78,
      reason: expect.stringContaining(`runs rr 9.9.9 (protocol ${PROTOCOL_VERSION + 1}, here ${PROTOCOL_VERSION})`),
    });
    expect(await against(answers('schema', hello({ schemas: { games: 7, state: 3 } })))).toMatchObject({
      status: 78,
      reason: expect.stringContaining('game database schema 7, here 2'),
    });
    expect(await against(answers('skew', hello({ nowMs: Date.now() - 3_600_000 })))).toMatchObject({
      status: 75,
      reason: expect.stringContaining('set the clocks'),
    });
    const files = (item: object): string => JSON.stringify({ id: 2, result: [item] });
    const content = { sha256: sha('promised'), bytes: 8, mtimeMs: 0 };
    for (const item of [
      { kind: 'npz', name: '../../evil.npz', ...content },
      { kind: 'npz', name: '/etc/evil.npz', ...content },
      { kind: 'npz', name: 'a\u202e.npz', ...content },
      { kind: 'models', config: '../x', hash: sha('m'), ...content },
      { kind: 'models', config: 'hex8_2p', hash: '../../evil', ...content },
    ]) {
      expect(await against(answers('paths', hello({}), files(item)))).toMatchObject({
        status: 5,
        reason: expect.stringContaining('makes no sense'),
      });
    }
    expect(await against(answers('garbage', hello({}), 'nonsense'))).toMatchObject({ status: 5 });
    // what a host says is shown without what could steer a terminal
    const rude = await against(fake('rude', "printf 'no \\033[2Jrr\\n' >&2; exit 1"));
    expect(rude.reason).toContain('rr there ended: no \ufffd[2Jrr');
    expect(existsSync(join(folder, 'evil.npz'))).toBe(false);
    expect(await contents(root)).toMatchObject({ npz: [`hex8_2p.npz ${sha('x')}`] });

    // a manifest that lies about a hash: what arrives is thrown away and named
    const lying = join(cluster.folder, 'lying');
    mkdirSync(lying, { recursive: true });
    writeFileSync(join(lying, content.sha256), 'tampered');
    const script = answers(
      'liar',
      hello({}),
      files({ kind: 'npz', name: 'lie.npz', ...content }),
      JSON.stringify({ id: 3, result: { folder: lying } }),
      JSON.stringify({ id: 4, result: { version: null } }),
      JSON.stringify({ id: 5, result: {} }),
    );
    expect(await against(script, 'pull', '--kind', 'npz')).toMatchObject({
      status: 5,
      reason: 'a: lie.npz does not have the content it was announced with; it was thrown away',
    });
    expect(await contents(root)).toMatchObject({ npz: [`hex8_2p.npz ${sha('x')}`] });
    expect(leftovers(root)).toEqual([]);
  });

  test('hostile names reach no shell on either side, however they travel', async () => {
    const hostile = [
      '$(touch pwned)',
      '`touch pwned`',
      '; touch pwned',
      "'; touch pwned; '",
      '-e sh',
      '--rsh=sh',
      '*',
      '~',
    ];
    const places = [REPO_ROOT, homedir(), data('a'), join(folder, 'cluster')];
    for (const transfer of ['rsync', 'sftp']) {
      empty();
      const root = freshRoot();
      for (const name of hostile) {
        addNpz(root, `${name}.npz`, `small ${name}`);
        addNpz(root, `${name} big.npz`, Buffer.alloc(1.2e6, name));
      }
      expect((await sync(root, 'push', '--host', 'a', '--transfer', transfer)).status).toBe(0);
      expect(await contents(data('a'))).toEqual(await contents(root));
      const back = freshRoot();
      expect((await sync(back, 'pull', '--host', 'a', '--transfer', transfer)).status).toBe(0);
      expect(await contents(back)).toEqual(await contents(root));
    }
    for (const place of places) expect(existsSync(join(place, 'pwned'))).toBe(false);
  });

  test('a host that lies about small files: the honest ones arrive, the others are thrown away', async () => {
    empty();
    const root = freshRoot();
    const names = Array.from({ length: 9 }, (_, n) => `${n}.npz`);
    const items = names.map((name) => ({
      kind: 'npz',
      name,
      sha256: sha(`promised ${name}`),
      bytes: 14,
      mtimeMs: 1000,
    }));
    const lies = names.map((name, n) => (n === 3 ? 'something else' : `promised ${name}`));
    const agent = (name: string, bytes: number): string => {
      const path = join(cluster.folder, name);
      const hello = {
        ...{ protocol: PROTOCOL_VERSION, rr: '1', schemas: { games: 2, state: 3 } },
        ...{ rootId: '123e4567-e89b-42d3-a456-426614174000', nowMs: Date.now() },
      };
      const answer = (id: number, result: unknown): string => `read x; echo '${JSON.stringify({ id, result })}'`;
      const lines = [
        ...['#!/bin/sh', 'echo rr-sync-agent', answer(1, hello), answer(2, items), answer(3, { bytes })],
        ...[`printf %s '${lies.join('')}'`, answer(4, {}), 'read x'],
      ];
      writeFileSync(path, `${lines.join('\n')}\n`);
      chmodSync(path, 0o755);
      return changed((hosts) => Object.assign(hosts.a ?? {}, { rr: path }));
    };
    const pull = (file: string) => sync(root, 'pull', '--hosts', file, '--host', 'a', '--kind', 'npz');
    expect(transfers(await pull(agent('short', 99)))).toMatchObject([{ code: 'HOST_PROTOCOL', files: 0 }]);
    const lied = await pull(agent('lies', 126));
    expect(transfers(lied)).toMatchObject([{ code: 'TRANSFER_CORRUPT', files: 8, via: 'pack' }]);
    expect(lied).toMatchObject({ status: 5, stderr: expect.stringContaining('3.npz does not have the content') });
    expect(await contents(root)).toMatchObject({
      npz: names.filter((_, n) => n !== 3).map((name) => `${name} ${sha(`promised ${name}`)}`),
    });
    expect(leftovers(root)).toEqual([]);
  });

  test('a full disk: refused before anything travels, and survived when it fills up on the way', async () => {
    empty();
    const mount = join(cluster.folder, 'tiny');
    mkdirSync(mount, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,nr_inodes=40', 'tmpfs', mount], { stdio: 'ignore' });
    } catch {
      console.log('skipped: a full disk needs the right to mount a tmpfs');
      return;
    }
    try {
      const root = freshRoot();
      addNpz(root, 'hex8_2p.big.npz', Buffer.alloc(20e6, 'x'));
      const file = changed((hosts) => Object.assign(hosts.a ?? {}, { data: mount }));
      const big = await sync(root, 'push', '--hosts', file, '--host', 'a');
      expect(big).toMatchObject({ status: 75, stderr: expect.stringContaining('free some') });
      expect(transfers(big)).toMatchObject([{ code: 'DISK_GUARD', files: 0, bytes: 0 }]);
      // few inodes: the guard sees space, the disk is full all the same
      const many = freshRoot();
      for (let i = 0; i < 60; i++) addNpz(many, `hex8_2p.${i}.npz`, `n${i}`);
      for (const transfer of ['sftp', 'rsync']) {
        const full = await sync(many, 'push', '--hosts', file, '--host', 'a', '--transfer', transfer);
        expect(transfers(full)).toMatchObject([{ status: 'failed', code: 'DISK_FULL' }]);
        expect(full.status).toBe(75);
      }
      execFileSync('mount', ['-o', 'remount,size=64m,nr_inodes=1000', mount]);
      expect((await sync(many, 'push', '--hosts', file, '--host', 'a')).status).toBe(0);
      expect(await contents(mount)).toMatchObject({ npz: expect.objectContaining({ length: 60 }) });
      expect(leftovers(mount)).toEqual([]);
    } finally {
      execFileSync('umount', [mount]);
    }
  });

  test('a slow line: limited, interrupted, resumed', async () => {
    empty();
    const root = freshRoot();
    const bytes = Buffer.alloc(6e6);
    for (let i = 0; i < bytes.length; i += 4) bytes.writeInt32LE((i * 2_654_435_761) >> 3, i);
    addNpz(root, 'hex8_2p.npz', bytes);
    const slow = changed((hosts) => Object.assign(hosts.a ?? {}, { bandwidth: '3MB/s' }));
    for (const [target, transfer] of [
      ['a', 'sftp'],
      ['a', 'rsync'],
    ] as const) {
      empty();
      const { start } = await import('../run.ts');
      const child = start(process.execPath, [
        ...[(await import('../run.ts')).RR, 'sync', 'push', '--data', root, '--hosts', slow, '--host', target],
        ...['--transfer', transfer, '--min-free', '1MB'],
      ]);
      const began = performance.now();
      const incoming = join(data(target), 'state/incoming');
      const arrived = (): number =>
        existsSync(incoming)
          ? readdirSync(incoming, { recursive: true, encoding: 'utf8', withFileTypes: true })
              .filter((entry) => entry.isFile())
              .reduce((sum, entry) => sum + readFileSync(join(entry.parentPath, entry.name)).length, 0)
          : 0;
      const arguments_: string[] = [];
      while (arrived() < 2e6 && performance.now() - began < 20_000) {
        arguments_.push(...processArguments().filter((line) => /^(rsync|ssh) /.test(line)));
        await new Promise((done) => setTimeout(done, 20));
      }
      if (transfer === 'rsync') expect(arguments_.join('\n')).toContain('ssh -F ');
      for (const secret of ['127.0.0.1', String(cluster.hosts[0]?.port), join(cluster.folder, 'id')]) {
        expect(arguments_.join('\n')).not.toContain(secret);
      }
      child.kill('SIGKILL');
      const resumed = await sync(root, 'push', '--host', target, '--transfer', transfer);
      expect(resumed.status).toBe(0);
      const [record] = transfers(resumed);
      expect(Number(record?.resumedBytes)).toBeGreaterThanOrEqual(1e6);
      expect(await contents(data(target))).toMatchObject({ npz: [`hex8_2p.npz ${sha(bytes)}`] });
      expect(leftovers(data(target))).toEqual([]);
    }
  });

  test('beginnings that were tampered with do not survive', async () => {
    empty();
    const root = freshRoot();
    addNpz(root, 'hex8_2p.npz', 'genuine content');
    await sync(root, 'push', '--host', 'a');
    rmSync(join(data('a'), 'data'), { recursive: true });
    const [peer] = readdirSync(join(root, 'state')).filter((name) => name === 'outgoing');
    expect(peer).toBeUndefined();
    // find out the session's name by making one and killing nothing: it is the root id of the sender
    const id = execFileSync(process.execPath, [
      '--input-type=module-typescript',
      '-e',
      `import Database from 'better-sqlite3';
       console.log(new Database(process.argv[1]).prepare("SELECT value FROM cursors WHERE name = 'root-id'").pluck().get());`,
      join(root, 'state/rr.db'),
    ])
      .toString()
      .split(' ')[0];
    const session = join(data('a'), 'state/incoming', `${id}-push`);
    mkdirSync(session, { recursive: true });
    appendFileSync(join(session, sha('genuine content')), 'forged');
    const first = await sync(root, 'push', '--host', 'a', '--transfer', 'rsync');
    expect(first).toMatchObject({ status: 5, stderr: expect.stringContaining('thrown away') });
    expect((await sync(root, 'push', '--host', 'a')).status).toBe(0);
    expect(await contents(data('a'))).toMatchObject({ npz: [`hex8_2p.npz ${sha('genuine content')}`] });
  });

  test('draining hosts are fetched from first and get nothing; failed ones come next', async () => {
    empty();
    const root = freshRoot();
    await fill(data('c'), 0);
    const file = changed((hosts) => Object.assign(hosts.c ?? {}, { status: 'draining' }));
    const pull = await sync(root, 'pull', '--hosts', file, '--orphans', '--max-parallel', '1');
    expect(transfers(pull).map((record) => record.host)).toEqual(['c', 'a', 'b']);
    const push = await sync(root, 'push', '--hosts', file);
    expect(
      transfers(push)
        .map((record) => record.host)
        .sort(),
    ).toEqual(['a', 'b']);
  });

  test('two machines push into one host at once', async () => {
    empty();
    const roots = [freshRoot(), freshRoot(), freshRoot()];
    for (const [index, root] of roots.entries()) addGames(root, index * 30, index * 30 + 40);
    const results = await Promise.all(roots.map((root) => sync(root, 'push', '--host', 'a')));
    expect(results.map((result) => result.status)).toEqual([0, 0, 0]);
    expect(await contents(data('a'))).toMatchObject({ games: [['hex8_2p.db', { length: 100 }]] });
  });
});

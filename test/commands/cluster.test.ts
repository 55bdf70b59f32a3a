/** rr cluster against three real hosts. */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, freePort, hasSshd, startCluster } from '../cluster/sshd.ts';
import { temporaryFolder } from '../io/folder.ts';
import { REPO_ROOT, type Result, RR, rr } from '../run.ts';
import { addGames, addModel } from '../sync/roots.ts';

// starts a good many processes, slowly where cores are shared
const folder = temporaryFolder();

describe.skipIf(!hasSshd)('rr cluster', () => {
  let cluster: Cluster;
  const cli = (...words: string[]): Promise<Result> => rr([...words, '--data', folder, '--hosts', cluster.hostsFile]);
  const rows = ({ stdout }: Result): { [key: string]: unknown }[] =>
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type !== 'header' && type !== 'summary');
  /** A hosts file in which a host is changed. */
  const changed = (name: string, host: string, change: object): string => {
    const yaml = JSON.parse(readFileSync(cluster.hostsFile, 'utf8'));
    Object.assign(yaml.hosts[host], change);
    const file = join(cluster.folder, name);
    writeFileSync(file, JSON.stringify(yaml));
    return file;
  };
  beforeAll(async () => {
    mkdirSync(join(folder, 'cluster'));
    cluster = await startCluster(join(folder, 'cluster'), ['a', 'b', 'c']);
  });

  test('ls asks nobody and shows no addresses', async () => {
    const result = await cli('cluster', 'ls');
    expect(rows(result).map((row) => [row.host, row.status, row.breaker])).toEqual([
      ['a', 'active', 'closed'],
      ['b', 'active', 'closed'],
      ['c', 'active', 'closed'],
    ]);
    expect(result.stdout).not.toContain('127.0.0.1');
    expect(await cli('cluster', 'ls', '--host', 'd')).toMatchObject({ status: 2 });
  });

  test('status shows what hosts do and hold', async () => {
    const [a] = cluster.hosts;
    addGames(a?.data ?? '', 0, 5);
    await addModel(a?.data ?? '', 'hex8_2p', 'm', 'production');
    const result = await cli('cluster', 'status');
    expect(result.status).toBe(0);
    const [first, second] = rows(result);
    expect(first).toMatchObject({
      host: 'a',
      state: 'ok',
      games: [{ name: 'hex8_2p.db', games: 5, newest: '2026-01-01T00:00:04.000Z' }],
      models: [{ config: 'hex8_2p', pointers: ['production'] }],
      jobs: [],
      cores: expect.any(Number),
    });
    expect(second).toMatchObject({ host: 'b', games: [] });
    const table = await cli('cluster', 'status', '--host', 'a', '--format', 'table');
    expect(table.stdout).toMatch(/HOST +STATE +RR .*\na +ok/);
  });

  test('exec: every word arrives as it is, each host has its own result, failures are counted', async () => {
    const words = ["it's", '$(id)', '; echo x', '*', ''];
    const result = await rr([
      ...['cluster', 'exec', '--data', folder, '--hosts', cluster.hostsFile, '--max-parallel', '2'],
      ...['--', 'printf', '<%s>', ...words],
    ]);
    expect(result.status).toBe(0);
    expect(rows(result).map((row) => row.stdout)).toEqual(Array(3).fill(words.map((word) => `<${word}>`).join('')));
    const where = cluster.hosts[1]?.data ?? '';
    writeFileSync(join(where, 'marker'), '');
    const mixed = await rr([
      ...[
        'cluster',
        'exec',
        '--data',
        folder,
        '--hosts',
        cluster.hostsFile,
        '--',
        'test',
        '!',
        '-e',
        join(where, 'marker'),
      ],
    ]);
    // all three share one machine, so all of them see it
    expect(mixed.status).toBe(6);
    const dead = changed('dead.yaml', 'c', { port: await freePort() });
    const partly = await rr(['cluster', 'exec', '--data', folder, '--hosts', dead, '--', 'true']);
    expect(partly).toMatchObject({ status: 6, stderr: 'c: cannot be reached (ECONNREFUSED)\n' });
    expect(rows(partly).map((row) => [row.host, row.exit])).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', null],
    ]);
    expect((await cli('cluster', 'exec')).stderr).toContain('write it after --');
  });

  test('output of a host cannot steer the terminal', async () => {
    const result = await rr([
      ...['cluster', 'exec', '--data', folder, '--hosts', cluster.hostsFile, '--host', 'a', '--format', 'table'],
      ...['--', 'printf', '\\033[2Jevil\\n'],
    ]);
    expect(result.stdout).toBe('a: exit 0\n  \\u001b[2Jevil\n');
  });

  test('probe: an unknown key is refused with a command, and that command accepts it', async () => {
    const yaml = JSON.parse(readFileSync(cluster.hostsFile, 'utf8'));
    const file = join(cluster.folder, 'new.yaml');
    writeFileSync(file, JSON.stringify({ ...yaml, 'known-hosts': join(cluster.folder, 'new_known_hosts') }));
    const refused = await rr(['cluster', 'probe', 'a', '--data', folder, '--hosts', file]);
    const command = /rr (cluster probe a --accept-key SHA256:\S+)/.exec(refused.stdout)?.[1] ?? '';
    expect(refused.status).toBe(78);
    const wrong = await rr(['cluster', 'probe', 'a', '--accept-key', 'SHA256:x', '--data', folder, '--hosts', file]);
    expect(wrong.status).toBe(78);
    const accepted = await rr([
      ...command
        .split(/ |"/)
        .filter((word) => word !== '')
        .slice(0, 5),
      '--data',
      folder,
      '--hosts',
      file,
    ]);
    expect(rows(accepted)).toMatchObject([
      { host: 'a', state: 'ok', rr: expect.any(String), clockSeconds: expect.any(Number) },
    ]);
    expect((await rr(['cluster', 'probe', 'a', '--data', folder, '--hosts', file])).status).toBe(0);
  });

  test('update: sends, verifies, tries, and only then replaces', async () => {
    const version = JSON.parse(readFileSync(join(REPO_ROOT, 'package.json'), 'utf8')).version;
    const binary = join(cluster.folder, 'rr-new');
    const program = (path: string, text: string): string => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `#!/bin/sh\n${text}\n`);
      chmodSync(path, 0o755);
      return path;
    };
    program(binary, `exec '${process.execPath}' '${RR}' "$@"`);
    const there = program(join(cluster.folder, 'opt', 'bin', 'rr'), 'echo rr 0.0.1');
    const hosts = changed('update.yaml', 'a', { rr: there });
    const update = (...flags: string[]) =>
      rr(['cluster', 'update', '--data', folder, '--hosts', hosts, '--host', 'a', ...flags]);
    expect(rows(await update('--binary', binary, '--dry-run'))).toMatchObject([
      { host: 'a', state: 'planned', before: '0.0.1', after: version },
    ]);
    // a binary that does not start there leaves the old one
    const broken = program(
      join(cluster.folder, 'broken'),
      `case "$0" in *broken) echo rr ${version};; *) exit 1;; esac`,
    );
    expect(await update('--binary', broken)).toMatchObject({
      status: 75,
      stderr: expect.stringContaining('the old one stays'),
    });
    expect(readFileSync(there, 'utf8')).toContain('0.0.1');
    expect(rows(await update('--binary', binary))).toMatchObject([
      { state: 'updated', before: '0.0.1', after: version },
    ]);
    expect(readFileSync(there)).toEqual(readFileSync(binary));
    expect(readdirSync(dirname(there))).toEqual(['rr']);
    expect(rows(await update('--binary', binary))).toMatchObject([{ state: 'current' }]);
    copyFileSync(cluster.hostsFile, join(cluster.folder, 'plain.yaml'));
    expect((await update('--binary', join(folder, 'none'))).stderr).toContain('npm run build makes');
  });
});

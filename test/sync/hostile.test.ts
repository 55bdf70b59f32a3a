/** Peers that are not tidy or not honest: rows with impossible numbers, pointers nobody trusts them with, shells that print. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { dataPaths } from '../../src/io/paths.ts';
import { openState, withState } from '../../src/state/open.ts';
import { type AuditRow, makeAuditRow } from '../../src/state/store/audit.ts';
import { makeResult } from '../../src/state/store/results.ts';
import { siftAudit, siftResults } from '../../src/sync/peer/rows.ts';
import { Wire } from '../../src/sync/peer/wire.ts';
import { type Cluster, hasSshd, startCluster } from '../cluster/sshd.ts';
import { temporaryFolder } from '../io/folder.ts';
import { REPO_ROOT, rr } from '../run.ts';
import { addModel, sha } from './roots.ts';

const folder = temporaryFolder();
const NOW = 1_700_000_000_000;
const YEAR_MS = 365 * 24 * 3_600_000;

const row = (change: Partial<AuditRow> = {}): AuditRow =>
  makeAuditRow({
    ...{ config: 'hex8_2p', pointer: 'production', hash: sha('m'), previous: null, generation: 1, at: NOW },
    ...{ host: 'h', actor: 'rr promote', reason: 'r', detail: '{}' },
    ...change,
  });

test('rows with impossible numbers or another id are refused, the others taken', async () => {
  const { audit, close } = await openState(':memory:');
  await audit.add([row({ generation: 5 })]);
  const good = [row({ generation: 6 }), row({ generation: 10_005 }), row({ pointer: 'candidate' })];
  const bad = [
    row({ generation: Number.MAX_SAFE_INTEGER }),
    row({ generation: 10_006 }),
    row({ at: NOW + YEAR_MS }),
    row({ at: -1 }),
    row({ detail: JSON.stringify('x'.repeat(2 ** 21)) }),
    { ...row({ generation: 7 }), generation: 8 },
  ];
  expect(await siftAudit(audit, [...bad, ...good], NOW)).toEqual({ good, refused: bad.length });
  const result = makeResult({ kind: 'match', atMs: NOW, record: { n: 1 } });
  const late = makeResult({ kind: 'match', atMs: NOW + YEAR_MS, record: { n: 1 } });
  expect(siftResults([late, { ...result, at: 1 }, result], NOW)).toEqual({ good: [result], refused: 2 });
  await close();
});

async function* chunks(...parts: readonly (string | Buffer)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

test.for([
  ['nothing', ['hello\nrest\n']],
  ['lines', ['welcome\nhel', 'lo\nrest\n']],
  ['no newline', ['welcome hello\nrest\n']],
  ['bytes that are not UTF-8', [Buffer.of(0xff, 0xfe, 0x0a, 0x80), 'hello\nrest\n']],
  ['its own word', ['hello there, hello', '\nrest\n']],
] as const)('a shell that prints %s before the greeting', async ([, parts]) => {
  const wire = new Wire(chunks(...parts), 'h');
  expect(await wire.skipPast('hello', 100)).toBe(true);
  expect(await wire.line()).toBe('rest');
});

test('a shell that prints without end is not listened to', async () => {
  expect(await new Wire(chunks('x'.repeat(60), 'x'.repeat(60), 'hello\n'), 'h').skipPast('hello', 100)).toBe(false);
  expect(await new Wire(chunks('hell'), 'h').skipPast('hello', 100)).toBe(false);
});

describe.skipIf(!hasSshd)('with a host', () => {
  let cluster: Cluster;
  let roots = 0;
  beforeAll(async () => {
    mkdirSync(join(folder, 'cluster'));
    cluster = await startCluster(join(folder, 'cluster'), ['a']);
  });
  const program = (name: string, script: string): string => {
    const path = join(cluster.folder, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const pull = async (root: string, change: object, ...flags: string[]) => {
    const yaml = JSON.parse(readFileSync(cluster.hostsFile, 'utf8'));
    Object.assign(yaml.hosts.a, change);
    const file = join(cluster.folder, 'hosts.yaml');
    writeFileSync(file, JSON.stringify(yaml));
    const result = await rr([
      'sync',
      'pull',
      '--data',
      root,
      '--min-free',
      '1MB',
      '--hosts',
      file,
      '--no-breaker',
      ...flags,
    ]);
    const transfer = JSON.parse(result.stdout.split('\n').find((line) => line.includes('"transfer"')) ?? '{}');
    return { ...result, transfer };
  };
  const freshRoot = (): string => {
    const root = join(folder, `root-${roots++}`);
    mkdirSync(root);
    return root;
  };

  test('moves production only where hosts.yaml says so; candidates and models arrive either way', async () => {
    const [host] = cluster.hosts;
    if (!host) throw new Error('no host');
    const produced = await addModel(host.data, 'hex8_2p', 'production', 'production');
    const candidate = await addModel(host.data, 'hex8_2p', 'candidate', 'candidate');
    const root = freshRoot();
    const pointers = () =>
      withState(dataPaths(root, {}).state, async ({ audit }) => ({
        production: (await audit.winner('hex8_2p', 'production'))?.hash,
        candidate: (await audit.winner('hex8_2p', 'candidate'))?.hash,
      }));
    const first = await pull(root, {});
    expect(first).toMatchObject({ status: 0, stderr: expect.stringContaining('trust: in hosts.yaml') });
    expect(first.transfer).toMatchObject({ files: 2, untrusted: 1 });
    expect(await pointers()).toEqual({ production: undefined, candidate: candidate.hash });
    expect((await pull(root, { trust: ['candidate', 'production'] })).status).toBe(0);
    expect(await pointers()).toEqual({ production: produced.hash, candidate: candidate.hash });
  });

  test('a login shell that prints, without a newline and not in UTF-8', async () => {
    const noisy = program('noisy', `printf 'welcome \\377\\376 '; exec ${join(REPO_ROOT, 'bin/rr')} "$@"`);
    expect(await pull(freshRoot(), { rr: noisy })).toMatchObject({ status: 0 });
  });

  test.for([
    ['prints without end', 'yes welcome', 5, 'a login shell may print there'],
    ['speaks another protocol', 'echo rr-sync-agent; echo 220 smtp; cat >/dev/null', 5, 'makes no sense'],
    [
      'answers with a line of 200 MB',
      'echo rr-sync-agent; head -c 200000000 /dev/zero | tr "\\0" x; cat',
      5,
      'longer than',
    ],
    ['ends in the middle of an answer', 'echo rr-sync-agent; read x; printf \'{"id":1,\'', 5, 'makes no sense'],
  ] as const)('a host that %s is refused in one line', async ([name, script, status, reason]) => {
    const root = freshRoot();
    const result = await pull(root, { rr: program(name.replaceAll(' ', '-'), script) });
    expect(result.transfer.reason).toContain(reason);
    expect(result.status).toBe(status);
    expect(result.stderr).toMatch(/failed: a\n$/);
    expect(result.stderr).not.toMatch(/bug|\n +at /);
  });
});

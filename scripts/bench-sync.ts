/**
 * Throughput of `rr sync push` against plain rsync over ssh, on loopback, in one run: one large file and many small
 * ones. Both sides of the comparison end with the data on disk (`sync -f` is part of both times).
 *
 *     node scripts/bench-sync.ts [--megabytes 500] [--files 5000] [--repeat 3]
 *
 * Needs root, sshd and rsync. Prints one NDJSON record a case with the rate of both and their ratio.
 */
import { execFileSync } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeOpensshConfig } from '../src/io/remote/transfer/openssh.ts';
import { hasSshd, startCluster, stopClusters } from '../test/io/remote/cluster.ts';
import { rr } from '../test/run.ts';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '500' },
    files: { type: 'string', default: '5000' },
    repeat: { type: 'string', default: '3' },
  },
});
if (!hasSshd) throw new Error('needs root and openssh-server');

const folder = mkdtempSync(join(tmpdir(), 'rr-bench-sync-'));
const cluster = await startCluster(folder, ['peer']);
const [host] = cluster.load().all;
const [there] = cluster.hosts;
if (!host || !there) throw new Error('no host');

/** Median of the repeats, seconds. */
const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;

async function timed(work: () => unknown): Promise<number> {
  execFileSync('sync');
  const start = performance.now();
  await work();
  execFileSync('sync', ['-f', folder]);
  return (performance.now() - start) / 1000;
}

async function compare(name: string, sizes: readonly number[]): Promise<void> {
  const root = join(folder, name);
  const training = join(root, 'data/training');
  mkdirSync(training, { recursive: true });
  for (const [index, bytes] of sizes.entries()) {
    writeFileSync(join(training, `hex8_2p.${String(index).padStart(5, '0')}.npz`), randomFillSync(Buffer.alloc(bytes)));
  }
  const ssh = writeOpensshConfig(host ?? never(), '127.0.0.1');
  const plain: number[] = [];
  const ours: number[] = [];
  for (let i = 0; i < Number(values.repeat); i++) {
    const target = join(folder, `${name}-plain`);
    // plain rsync with plain ssh: only what is needed to connect at all
    const rsh = `ssh -F ${ssh.path} -o Ciphers=+aes128-gcm@openssh.com`;
    plain.push(await timed(() => execFileSync('rsync', ['-a', '-e', rsh, `${training}/`, `peer:${target}/`])));
    rmSync(target, { recursive: true });
    rmSync(there?.data ?? never(), { recursive: true, force: true });
    mkdirSync(there?.data ?? never());
    // hashes from the last repeat would be remembered
    rmSync(join(root, 'state'), { recursive: true, force: true });
    ours.push(
      await timed(async () => {
        const args = ['sync', 'push', '--data', root, '--hosts', cluster.hostsFile, '--min-free', '1MB'];
        const { status, stderr } = await rr(args);
        if (status !== 0) throw new Error(stderr);
      }),
    );
  }
  ssh.remove();
  const megabytes = sizes.reduce((sum, bytes) => sum + bytes, 0) / 1e6;
  const [limit, value] = [megabytes / median(plain), megabytes / median(ours)];
  const metric = {
    metric: 'rate',
    unit: 'MB/s',
    value: round(value),
    limit: round(limit),
    ratio: round(value / limit),
  };
  console.log(JSON.stringify({ type: 'bench', suite: 'sync', case: name, ...metric, plain, ours }));
  rmSync(root, { recursive: true });
}

const round = (value: number): number => Number(value.toPrecision(3));
const never = (): never => {
  throw new Error('unreachable');
};

try {
  const seed = createHash('sha256').update('sizes').digest();
  await compare('large', [Number(values.megabytes) * 1e6]);
  await compare(
    'small',
    Array.from({ length: Number(values.files) }, (_, i) => 2000 + 100 * (seed[i % seed.length] ?? 0)),
  );
} finally {
  stopClusters();
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Throughput of `rr sync push` against plain rsync over ssh, on loopback, in one run: one large file and many small
 * ones. Both sides of the comparison end with the data on disk (`sync -f` is part of both times); they take turns in
 * going first.
 *
 *     node scripts/bench-sync.ts [--megabytes 500] [--files 5000] [--repeat 3] [--fsync] [--folder DIR] [--rr FILE]
 *
 * Needs root, sshd and rsync. Prints one NDJSON record a case with the rate of both and their ratio. Everything lies on
 * an empty ext4 file system made for the run: where thousands of files were deleted lately ext4 looks for a free inode
 * for a long time, which would be charged to whoever comes next. `--folder` works in a folder instead, `--fsync` adds
 * a comparison with `rsync --fsync`. `--rr` is the launcher that runs on both sides: bin/rr of an installed package, say,
 * which starts faster than the sources do.
 */
import { createHash, randomFillSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { execaSync } from 'execa';
import { writeOpensshConfig } from '../src/sync/transfer/openssh.ts';
import { hasSshd, startCluster, stopClusters } from '../test/cluster/cluster.ts';
import { RR, run } from '../test/run.ts';
import { median, rounded } from './figures.ts';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '500' },
    files: { type: 'string', default: '5000' },
    repeat: { type: 'string', default: '3' },
    fsync: { type: 'boolean', default: false },
    folder: { type: 'string' },
    rr: { type: 'string', default: RR },
  },
});
if (!hasSshd) throw new Error('needs root and openssh-server');
const repeats = Number(values.repeat);
const program = resolve(values.rr);

/** A folder on an empty file system with room for the case, and how to get rid of it. */
function makeDisk(megabytes: number): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(values.folder ?? tmpdir(), 'rr-bench-sync-'));
  const clear = (): void => rmSync(folder, { recursive: true, force: true });
  if (values.folder !== undefined) return { folder, remove: clear };
  const [image, mount] = [join(folder, 'image'), join(folder, 'disk')];
  mkdirSync(mount);
  execaSync('truncate', ['-s', `${Math.round(megabytes)}M`, image]);
  // all of its tables are written now, not while we measure
  execaSync('mkfs.ext4', ['-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image]);
  execaSync('mount', ['-o', 'loop', image, mount]);
  return {
    folder: mount,
    remove: () => {
      execaSync('umount', [mount]);
      clear();
    },
  };
}

async function compare(name: string, sizes: readonly number[]): Promise<void> {
  const megabytes = sizes.reduce((sum, bytes) => sum + bytes, 0) / 1e6;
  const disk = makeDisk(500 + 1.2 * megabytes * (2 + repeats * (values.fsync ? 3 : 2)));
  const { folder } = disk;
  try {
    const cluster = await startCluster(
      folder,
      Array.from({ length: repeats }, (_, i) => `peer${i}`),
      [process.execPath, program],
    );
    const root = join(folder, 'root');
    const training = join(root, 'data/training');
    mkdirSync(training, { recursive: true });
    for (const [index, bytes] of sizes.entries()) {
      const path = join(training, `hex8_2p.${String(index).padStart(5, '0')}.npz`);
      writeFileSync(path, randomFillSync(Buffer.alloc(bytes)));
    }
    const timed = async (work: () => unknown): Promise<number> => {
      execaSync('sync');
      const start = performance.now();
      await work();
      execaSync('sync', ['-f', folder]);
      return (performance.now() - start) / 1000;
    };
    const times = { plain: [] as number[], fsync: [] as number[], ours: [] as number[] };
    for (const [i, host] of cluster.load().all.entries()) {
      const ssh = writeOpensshConfig(host, '127.0.0.1');
      // plain rsync with plain ssh: only what is needed to connect at all
      const rsh = `ssh -F ${ssh.path} -o Ciphers=+aes128-gcm@openssh.com`;
      const rsync = async (kind: 'plain' | 'fsync', ...flags: string[]): Promise<void> => {
        const args = ['-a', ...flags, '-e', rsh, `${training}/`, `peer:${join(folder, `${kind}${i}`)}/`];
        times[kind].push(await timed(() => execaSync('rsync', args)));
      };
      const ours = async (): Promise<void> => {
        // hashes from the last repeat would be remembered
        rmSync(join(root, 'state'), { recursive: true, force: true });
        const args = ['sync', 'push', '--data', root, '--hosts', cluster.hostsFile, '--host', host.name];
        const push = async (): Promise<void> => {
          const { status, stderr } = await run(process.execPath, [program, ...args, '--min-free', '1MB']);
          if (status !== 0) throw new Error(stderr);
        };
        times.ours.push(await timed(push));
      };
      const turns = [ours, () => rsync('plain')];
      if (i % 2 === 1) turns.reverse();
      if (values.fsync) turns.push(() => rsync('fsync', '--fsync'));
      for (const turn of turns) await turn();
      ssh.remove();
    }
    const rates = { value: rounded(megabytes / median(times.ours)), limit: rounded(megabytes / median(times.plain)) };
    const metric = { metric: 'rate', unit: 'MB/s', ...rates, ratio: rounded(median(times.plain) / median(times.ours)) };
    const withFsync = values.fsync ? { ratioToFsync: rounded(median(times.fsync) / median(times.ours)) } : {};
    const seconds = Object.fromEntries(Object.entries(times).map(([who, list]) => [who, list.map(rounded)]));
    console.log(JSON.stringify({ type: 'bench', suite: 'sync', case: name, ...metric, ...withFsync, seconds }));
  } finally {
    stopClusters();
    disk.remove();
  }
}

if (Number(values.megabytes) > 0) await compare('large', [Number(values.megabytes) * 1e6]);
const seed = createHash('sha256').update('sizes').digest();
await compare(
  'small',
  Array.from({ length: Number(values.files) }, (_, i) => 2000 + 100 * (seed[i % seed.length] ?? 0)),
);

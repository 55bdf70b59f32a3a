/**
 * Kills `rr sync` at random instants on either side, repeats it, and compares the stores; prints one NDJSON record, and
 * how far it is on stderr after every ten.
 *
 *     node scripts/kill-sync.ts [--kills 500] [--seed 1]
 *
 * Needs root, sshd and rsync. Exits 3 when anything was lost, doubled or left over.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hasSshd, startCluster, stopClusters } from '../test/cluster/cluster.ts';
import { killSyncs } from '../test/sync/kill-sync.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } },
});
if (!hasSshd) throw new Error('needs root and openssh-server');

const folder = mkdtempSync(join(tmpdir(), 'rr-kill-sync-'));
const root = join(folder, 'root');
mkdirSync(root);
try {
  const cluster = await startCluster(folder, ['peer']);
  const report = await killSyncs(cluster, root, Number(values.kills), Number(values.seed), (so) =>
    console.error(JSON.stringify(so)),
  );
  console.log(JSON.stringify({ type: 'kill_sync', ...report }));
  process.exitCode = report.failures.length > 0 ? 3 : 0;
} finally {
  stopClusters();
  rmSync(folder, { recursive: true, force: true });
}

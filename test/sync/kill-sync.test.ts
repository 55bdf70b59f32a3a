import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasSshd, startCluster } from '../cluster/sshd.ts';
import { temporaryFolder } from '../io/folder.ts';
import { killSyncs } from './kill-sync.ts';

// scripts/kill-sync.ts does the same with hundreds
test.skipIf(!hasSshd)('syncs killed on either side and repeated end up equal', async () => {
  const folder = temporaryFolder();
  const [cluster, root] = [join(folder, 'cluster'), join(folder, 'root')];
  mkdirSync(cluster);
  mkdirSync(root);
  const report = await killSyncs(await startCluster(cluster, ['peer']), root, 6);
  expect(report.failures).toEqual([]);
});

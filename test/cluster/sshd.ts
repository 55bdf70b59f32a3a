/** cluster.ts for tests: stopped at the end of the file, and a line where there is no sshd. */
import { afterAll } from 'vitest';
import { hasSshd, stopClusters } from './cluster.ts';

export { type Cluster, freePort, hasSshd, startCluster } from './cluster.ts';

if (!hasSshd) {
  console.log('skipped: tests with a real sshd need openssh-server and root (apt-get install openssh-server rsync)');
}
afterAll(stopClusters);

/** Shared by `rr sync push`, `pull` and `plan`: machines and options from flags, the run, and its columns. */
import type { LocalSide } from '../../sync/peer/local.ts';
import { folderPeer, hostPeer, type Peer } from '../../sync/peers.ts';
import { type SyncOptions, syncPeers } from '../../sync/run.ts';
import type { TransferRecord } from '../../sync/transfer-record.ts';
import type { Progress } from '../cli/progress.ts';
import type { Column } from '../cli/render.ts';
import { bytesFrom, configFrom, hostsFromFlags, kindsFrom, type SyncFlagValues } from './flags.ts';
import { HostProgress } from './host-progress.ts';

/** Says what is wrong with the hosts before anything is opened, as opening makes a state database. @throws as hostsFromFlags */
export function requireHosts(flags: SyncFlagValues): void {
  if (flags.folder === undefined) hostsFromFlags(flags);
}

export function peersFrom(flags: SyncFlagValues, local: LocalSide): Peer[] {
  const minFree = bytesFrom('min-free', flags['min-free']);
  if (flags.folder !== undefined) return flags.folder.map((folder) => folderPeer(folder, minFree));
  const breakers = flags.breaker && !flags.urgent ? local.state.breakers : undefined;
  const { transfer, urgent } = flags;
  return hostsFromFlags(flags).hosts.map((host) => hostPeer(host, { breakers, transfer, urgent }));
}

type SyncJob = Omit<SyncOptions, 'signal' | 'live' | 'onBytes' | 'onPlan' | 'onEnd'>;

export const optionsFrom = (flags: SyncFlagValues, direction: SyncOptions['direction']): SyncJob => ({
  direction,
  query: { kinds: kindsFrom(flags.kind), config: configFrom(flags.config) },
  sinceLast: flags.since === 'last',
  dryRun: flags['dry-run'],
  maxParallel: flags['max-parallel'],
  minFree: bytesFrom('min-free', flags['min-free']),
});

/** Parts of the base command that a sync uses. */
export interface SyncContext {
  readonly signal: AbortSignal;
  /** Numbers of the whole; undefined on a terminal, where each machine has a line of its own. */
  readonly progress: Progress | undefined;
}

/** Runs one direction and returns its records. */
export async function runSync(
  local: LocalSide,
  peers: readonly Peer[],
  options: SyncJob,
  { signal, progress }: SyncContext,
): Promise<TransferRecord[]> {
  const hosts = new HostProgress();
  try {
    return await syncPeers(local, peers, {
      ...options,
      signal,
      live: progress === undefined,
      onPlan: (host, bytes) => hosts.plan(host, bytes),
      onBytes: (host, bytes, show) => {
        hosts.add(host, bytes);
        show(hosts.line(host));
        progress?.update(hosts.megabytes);
        progress?.extra('hosts', `${hosts.done}/${peers.length}`);
      },
      onEnd: (record) => {
        hosts.end(record.host);
        if (record.status === 'failed') progress?.log(record.reason ?? `${record.host}: failed`);
      },
    });
  } finally {
    progress?.finish();
  }
}

export const transferColumns: readonly Column<TransferRecord>[] = [
  { title: 'HOST', value: (row) => row.host },
  { title: '', value: (row) => row.direction },
  {
    title: 'STATE',
    value: (row) => row.status,
    paint: (cell, row, chalk) => (row.status === 'failed' ? chalk.red(cell) : chalk.green(cell)),
  },
  { title: 'FILES', value: (row) => row.files },
  { title: 'GAMES', value: (row) => row.games },
  { title: 'ROWS', drop: 1, value: (row) => row.rows },
  { title: 'MB', value: (row) => row.bytes / 1e6 },
  { title: 'SECONDS', drop: 3, value: (row) => row.seconds },
  { title: 'VIA', drop: 2, value: (row) => row.via },
  { title: 'WHY', wrap: true, value: (row) => row.reason },
];

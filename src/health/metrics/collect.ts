/**
 * What `rr metrics` tells of this machine. Labels take values from short lists only (configs, commands, hosts of hosts.yaml,
 * event types, leases, cards), never a hash or a path: every new value would be a new series for good.
 */

import { existsSync } from 'node:fs';
import { VERSION } from '../../core/version.ts';
import { diskSpace, memory } from '../../io/machine.ts';
import type { DataPaths } from '../../io/paths.ts';
import type { StateStore } from '../../state/store/store.ts';
import { summariseDatabases } from '../../sync/peer/games.ts';
import { graphicsCards } from '../../sync/peer/status.ts';
import { eventFamilies } from './events.ts';
import { ratingFamilies } from './ratings.ts';
import { runFamilies } from './runs.ts';
import { breakerFamilies, syncFamilies } from './sync.ts';
import type { Family, Sample } from './text.ts';

export async function collectMetrics(paths: DataPaths, state: StateStore, nowMs: number): Promise<Family[]> {
  return [
    one('build_info', 'Version of rr; the value is always 1.', 1, { version: VERSION }),
    one('metrics_timestamp_seconds', 'When these metrics were written.', nowMs / 1000),
    ...gameFamilies(paths),
    ...(await runFamilies(state, nowMs)),
    ...(await leaseFamilies(state)),
    ...(await syncFamilies(state)),
    ...(await breakerFamilies(state)),
    ...(await ratingFamilies(paths, state)),
    ...(await eventFamilies(state)),
    ...machineFamilies(paths),
    ...(await cardFamilies()),
  ];
}

const one = (name: string, help: string, value: number, labels: Sample['labels'] = {}): Family => ({
  ...{ name, help, kind: 'gauge' },
  samples: [{ labels, value }],
});

function gameFamilies(paths: DataPaths): Family[] {
  const databases = summariseDatabases(paths).map(({ name, ...rest }) => ({
    labels: { database: name.replace(/\.db$/, '') },
    ...rest,
  }));
  return [
    {
      ...{ name: 'games', help: 'Games in a database below data/games.', kind: 'gauge' },
      samples: databases.map(({ labels, games }) => ({ labels, value: games })),
    },
    {
      ...{
        name: 'game_newest_timestamp_seconds',
        help: 'When the newest game of a database was played.',
        kind: 'gauge',
      },
      samples: databases.flatMap(({ labels, newest }) =>
        newest === null ? [] : [{ labels, value: Date.parse(newest.endsWith('Z') ? newest : `${newest}Z`) / 1000 }],
      ),
    },
  ];
}

async function leaseFamilies({ leases }: StateStore): Promise<Family[]> {
  const held = await leases.held();
  return [
    {
      ...{ name: 'lease_expires_timestamp_seconds', help: 'When a lease that is held expires.', kind: 'gauge' },
      samples: held.map(({ name, expires_at }) => ({ labels: { lease: name }, value: expires_at / 1000 })),
    },
  ];
}

function machineFamilies(paths: DataPaths): Family[] {
  const disk = existsSync(paths.root) ? diskSpace(paths.root) : undefined;
  const { total, free } = memory();
  return [
    ...(disk
      ? [
          one('disk_free_bytes', 'Space left on the disk of the data folder.', disk.free),
          one('disk_size_bytes', 'Size of the disk of the data folder.', disk.total),
        ]
      : []),
    one('memory_free_bytes', 'Memory that is free.', free),
    one('memory_size_bytes', 'Memory of the machine, or what its container allows.', total),
  ];
}

async function cardFamilies(): Promise<Family[]> {
  const cards = (await graphicsCards()).map((card, index) => ({
    labels: { gpu: String(index), name: card.name },
    card,
  }));
  return [
    {
      ...{ name: 'gpu_busy_ratio', help: 'Share of the time in which a card computed.', kind: 'gauge' },
      samples: cards.map(({ labels, card }) => ({ labels, value: card.busyPercent / 100 })),
    },
    {
      ...{ name: 'gpu_memory_used_bytes', help: 'Memory of a card that is taken.', kind: 'gauge' },
      samples: cards.map(({ labels, card }) => ({ labels, value: card.memoryUsed })),
    },
  ];
}

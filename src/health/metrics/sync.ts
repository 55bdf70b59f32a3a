/** How fresh what other machines have is, and which of them are left alone. */
import { factsOf } from '../../state/store/event.ts';
import { thisProcess } from '../../state/store/machine.ts';
import type { StateStore } from '../../state/store/store.ts';
import type { Family } from './text.ts';

export async function syncFamilies({ events }: StateStore): Promise<Family[]> {
  const me = thisProcess().host;
  const done = new Map<string, { labels: Record<string, string>; ended: number; bytes: number; games: number }>();
  for (const event of await events.find({ types: ['data_synced'] })) {
    const facts = factsOf(event, 'data_synced');
    if (facts === undefined || facts.by !== me) continue;
    const { with: host, direction, ended, bytes, games } = facts;
    const key = JSON.stringify([host, direction]);
    const before = done.get(key);
    done.set(key, {
      labels: { host, direction },
      ended: Math.max(ended, before?.ended ?? 0),
      bytes: bytes + (before?.bytes ?? 0),
      games: games + (before?.games ?? 0),
    });
  }
  const all = [...done.values()];
  const family = (name: string, help: string, value: (one: (typeof all)[number]) => number): Family => ({
    ...{ name, help, kind: 'gauge' },
    samples: all.map((one) => ({ labels: one.labels, value: value(one) })),
  });
  return [
    family(
      'sync_last_success_timestamp_seconds',
      'When a sync with a host went well last.',
      ({ ended }) => ended / 1000,
    ),
    family('sync_bytes', 'Bytes moved by the syncs on record.', ({ bytes }) => bytes),
    family('sync_games', 'Games moved by the syncs on record.', ({ games }) => games),
  ];
}

export async function breakerFamilies({ events, breakers }: StateStore): Promise<Family[]> {
  const hosts = new Set<string>();
  for (const event of await events.find({ types: ['circuit_opened'] })) {
    const facts = factsOf(event, 'circuit_opened');
    if (facts?.by === thisProcess().host) hosts.add(facts.with);
  }
  const samples = [];
  for (const host of [...hosts].sort()) {
    samples.push({ labels: { host }, value: Number((await breakers.state(host)).state !== 'closed') });
  }
  return [{ name: 'host_resting', help: '1 for a host that failed and is left alone.', kind: 'gauge', samples }];
}

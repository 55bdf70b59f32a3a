/**
 * Syncs that are killed at random instants on either side, then repeated: stores must be equal by content, with
 * nothing lost, doubled or left over. Used by a test with a few and by scripts/kill-sync.ts with many.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.ts';
import { finished, RR, rr, start } from '../run.ts';
import { addGames, addModel, addNpz, addResult, contents, leftovers } from './roots.ts';

export interface KillReport {
  readonly kills: number;
  /** Kills that hit the near process, the far one, and the transfer between them. */
  readonly near: number;
  readonly far: number;
  readonly line: number;
  /** Syncs that had ended before the kill. */
  readonly late: number;
  readonly failures: readonly string[];
}

/** `root` is this machine's folder; the cluster's first host is the other. Each round adds something on both sides. */
export async function killSyncs(
  cluster: Cluster,
  root: string,
  kills: number,
  seed = 1,
  onCheck: (report: KillReport) => void = () => {},
): Promise<KillReport> {
  const [host] = cluster.hosts;
  if (!host) throw new Error('no host');
  const count = { near: 0, far: 0, line: 0, late: 0 };
  const failures: string[] = [];
  const random = generator(seed);
  const args = (word: string): string[] => [
    ...['sync', word, '--data', root, '--hosts', cluster.hostsFile, '--min-free', '1MB', '--no-breaker'],
    ...['--host', host.name, '--transfer', random() < 0.5 ? 'rsync' : 'sftp'],
  ];
  let spanMs = 3000;
  for (let round = 0; round < kills; round++) {
    for (const [side, at] of [
      [root, 2 * round],
      [host.data, 2 * round + 1],
    ] as const) {
      addGames(side, at * 5, at * 5 + 7);
      await addResult(side, at);
      if (round % 3 === 0) addNpz(side, `hex8_2p.${at}.npz`, Buffer.alloc(200_000 + at, `${at}`));
      // enough small files for a pack
      for (let n = 0; round % 4 === 0 && n < 40; n++)
        addNpz(side, `hex8_2p.${at}-${n}.npz`, Buffer.alloc(20_000, `${at} ${n}`));
      if (round % 5 === 0) await addModel(side, 'hex8_2p', `model ${at}`, 'candidate');
    }
    const word = random() < 0.5 ? 'push' : 'pull';
    const child = start(process.execPath, [RR, ...args(word)]);
    const began = performance.now();
    const end = finished(child);
    await Promise.race([end, sleep(random() * spanMs)]);
    // the kills should reach to the very end of a sync, however long one takes here
    if (child.exitCode === null) spanMs *= 1.05;
    if (child.exitCode !== null) {
      count.late++;
      spanMs = Math.max(500, (spanMs + (performance.now() - began)) / 2);
    } else if (random() < 0.4) {
      child.kill('SIGKILL');
      count.near++;
    } else {
      const targets = victims(cluster.folder);
      const victim = targets[Math.floor(random() * targets.length)];
      if (victim) {
        count[victim.kind]++;
        try {
          process.kill(victim.pid, 'SIGKILL');
        } catch {
          // gone by itself meanwhile
        }
      } else {
        child.kill('SIGKILL');
        count.near++;
      }
    }
    await end;
    if (round % 10 !== 9 && round !== kills - 1) continue;
    // every ten kills everything is brought together and compared
    for (const repeat of ['push', 'pull']) {
      const result = await rr(args(repeat));
      if (result.status !== 0) failures.push(`round ${round}: ${repeat} again: ${result.stderr.trim()}`);
    }
    const [here, there] = [JSON.stringify(await contents(root)), JSON.stringify(await contents(host.data))];
    if (here !== there) failures.push(`round ${round}: stores differ`);
    const missing = missingGames(here, 10 * round + 12);
    if (missing > 0) failures.push(`round ${round}: ${missing} games lost`);
    const left = [...leftovers(root), ...leftovers(host.data)];
    if (left.length > 0) failures.push(`round ${round}: left over: ${left.join(' ')}`);
    onCheck({ kills: round + 1, ...count, failures });
  }
  return { kills, ...count, failures };
}

/** Games are numbered without gaps, so what was acknowledged can be counted. */
function missingGames(stores: string, count: number): number {
  return Array.from({ length: count }, (_, n) => n).filter((n) => !stores.includes(`"game-${n} `)).length;
}

/** The agents and transfers of this cluster that run now: known by their arguments and their parents. */
function victims(folder: string): { pid: number; kind: 'far' | 'line' }[] {
  return readdirSync('/proc').flatMap((name): { pid: number; kind: 'far' | 'line' }[] => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      const args = readFileSync(join('/proc', name, 'cmdline'), 'utf8').split('\0');
      if (!args.some((arg) => arg.includes(folder)) && !readlinkSync(join('/proc', name, 'cwd')).includes(folder)) {
        return [];
      }
      if (args.includes('agent')) return [{ pid: Number(name), kind: 'far' }];
      if (args[0]?.endsWith('rsync')) return [{ pid: Number(name), kind: 'line' }];
    } catch {
      // ended while we looked
    }
    return [];
  });
}

/** A small repeatable generator (mulberry32) in [0, 1). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Measuring self-play with a network: one thread over settings, then the best settings over threads. */

import type { GameConfig } from '../../engine/config-key.ts';
import { createRules } from '../../engine/rules.ts';
import { benchPlay, type PlayRow, sweepPlay } from '../../selfplay/bench/play-bench.ts';
import { type BenchNetwork, openBenchNetwork } from '../../selfplay/bench/play-job.ts';
import { playInThreads } from '../../selfplay/bench/play-threads.ts';
import type { BenchRow } from './rows.ts';
import { cacheRow, playRows, type WorkersRow, workerRows } from './search-rows.ts';

export interface NetworkBench {
  readonly config: GameConfig;
  /** How rows call the network. */
  readonly label: string;
  readonly network: BenchNetwork;
  readonly simulations: number;
  readonly batches: readonly number[];
  /** Games in flight per place of a batch. */
  readonly flights: readonly number[];
  readonly cache: number;
  readonly workers: readonly number[];
  readonly seconds: number;
  readonly stopped: () => boolean;
  /** A case has been measured. */
  readonly onCase: () => void;
}

/** Keys of the topic `selfplay`. */
export interface Advice {
  readonly workers?: number;
  readonly 'games-in-flight': number;
  readonly batch: number;
  readonly cache: number;
}

export interface NetworkBenchResult {
  readonly rows: readonly BenchRow[];
  readonly advice: Advice;
  /** Of all workers with these settings, wall clock. */
  readonly simulationsPerSecond: number;
}

/** Cases that measureNetwork will report. */
export const caseCount = ({ batches, flights, cache, workers }: NetworkBench): number =>
  batches.length * flights.length + (cache > 0 ? 1 : 0) + workers.length;

export async function measureNetwork(bench: NetworkBench): Promise<NetworkBenchResult> {
  const { config, label, network, simulations, batches, flights, cache, seconds, stopped, onCase } = bench;
  const rules = createRules(config.board, config.players);
  const open = (batch: number) => openBenchNetwork(network, rules, batch);
  const swept = await sweepPlay(rules, open, { simulations, batches, flights, cache, seconds, stopped }, onCase);
  const plays = [...swept.rows];
  let { best } = swept;
  const gain: BenchRow[] = [];
  if (cache > 0 && !stopped()) {
    const plain = await benchPlay(rules, () => open(best.batch), { ...settingsOf(best), cache: 0, seconds });
    onCase();
    plays.push(plain);
    gain.push(cacheRow(label, best, plain));
    if (plain.leavesPerSecond > best.leavesPerSecond) best = plain;
  }
  const threads = await measureWorkers(bench, best);
  const [first] = threads;
  const fastest = threads.reduce<WorkersRow | undefined>(
    (most, row) => (most && most.leavesPerSecond >= row.leavesPerSecond ? most : row),
    undefined,
  );
  const one = first ? first.leavesPerSecond / first.workers : 0;
  return {
    rows: [
      ...plays.flatMap((play) => playRows(label, play, play === best)),
      ...gain,
      ...workerRows(label, threads, one, fastest?.workers),
    ],
    advice: {
      ...(fastest && { workers: fastest.workers }),
      'games-in-flight': best.inFlight,
      batch: best.batch,
      cache: best.cache,
    },
    simulationsPerSecond: fastest?.simulationsPerSecond ?? best.simulationsPerSecond,
  };
}

const settingsOf = ({ simulations, inFlight, batch, cache }: PlayRow) => ({ simulations, inFlight, batch, cache });

async function measureWorkers(bench: NetworkBench, best: PlayRow): Promise<WorkersRow[]> {
  const { config, network, seconds, stopped, onCase } = bench;
  const found: WorkersRow[] = [];
  for (const workers of [...new Set(bench.workers)].sort((a, b) => a - b)) {
    if (stopped()) break;
    const play = { ...settingsOf(best), seconds };
    const rows = await playInThreads({ board: config.board, players: config.players, network, play }, workers);
    onCase();
    const total = (rate: (row: PlayRow) => number): number => rows.reduce((sum, row) => sum + rate(row), 0);
    found.push({
      workers,
      simulationsPerSecond: total((row) => row.simulationsPerSecond),
      leavesPerSecond: total((row) => row.leavesPerSecond),
      evaluationsPerSecond: total((row) => row.evaluationsPerSecond),
      rawPerSecond: total((row) => row.rawPerSecond),
      evaluationsPerCpuSecond: total((row) => row.evaluationsPerCpuSecond) / workers,
      rawPerCpuSecond: total((row) => row.limit) / workers,
    });
  }
  return found;
}

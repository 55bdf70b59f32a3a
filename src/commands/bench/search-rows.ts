/** What the search benchmarks measured, as rows of `rr bench`. */
import type { PlayRow } from '../../selfplay/bench/play-bench.ts';
import type { CostRow } from '../../selfplay/bench/search-cost.ts';
import { type BenchRow, benchRow } from './rows.ts';

const SUITE = 'search';

const PARTS: Readonly<Record<CostRow['part'], string>> = { tree: 'tree and rules', encoding: 'and encoding' };

/** One row per part; ratio is cost / limit, at most 1 is within it. */
export const costRows = (config: string, rows: readonly CostRow[]): BenchRow[] =>
  rows.map(({ part, simulations, microsecondsPerSimulation, limit }) =>
    benchRow({
      suite: SUITE,
      case: `${config} n=${simulations}`,
      metric: PARTS[part],
      value: microsecondsPerSimulation,
      unit: 'CPU µs/simulation',
      limit,
    }),
  );

/** `batch 16, 32 games, cache 32768`. */
const settingsOf = ({ batch, inFlight, cache }: PlayRow): string =>
  `batch ${batch}, ${inFlight} games, ${cache === 0 ? 'no cache' : `cache ${cache}`}`;

/** One thread with a network. */
export function playRows(label: string, play: PlayRow, recommended: boolean): BenchRow[] {
  const row = (metric: string, value: number, unit: string, limit?: number): BenchRow => ({
    ...benchRow({ suite: SUITE, case: `${label} ${settingsOf(play)}`, metric, value, unit, limit }),
    ...(recommended && { recommended }),
  });
  return [
    row('simulations', play.simulationsPerSecond, 'simulations/s'),
    row('leaves', play.leavesPerSecond, 'leaves/s'),
    row('evaluations', play.evaluationsPerCpuSecond, 'positions/s/core', play.limit),
    row('batch fill', play.batchFill, 'share', 1),
    row('time in inference', play.evaluatingShare, 'share', 1),
    ...(play.cache === 0 ? [] : [row('cache hits', play.hitRate, 'share')]),
  ];
}

/** What remembering gains: leaves per second of processor time, each run measured by its own raw rate. */
export const cacheRow = (label: string, cached: PlayRow, plain: PlayRow): BenchRow =>
  benchRow({
    suite: SUITE,
    case: `${label} ${settingsOf(cached)}`,
    metric: 'cache speed-up',
    value: cached.leavesPerRawEvaluation / plain.leavesPerRawEvaluation,
    unit: 'times',
  });

/** Several threads at once: sums over all of them, and means per thread of what a second of processor time gives. */
export interface WorkersRow {
  readonly workers: number;
  readonly simulationsPerSecond: number;
  readonly leavesPerSecond: number;
  readonly evaluationsPerSecond: number;
  readonly rawPerSecond: number;
  readonly evaluationsPerCpuSecond: number;
  readonly rawPerCpuSecond: number;
}

/** Leaves held against one thread times their number, evaluations against the network alone on all threads at once. */
export const workerRows = (
  label: string,
  found: readonly WorkersRow[],
  one: number,
  recommended: number | undefined,
): BenchRow[] =>
  found.flatMap((play) => {
    const { workers } = play;
    const row = (metric: string, value: number, unit: string, limit: number): BenchRow => ({
      ...benchRow({
        suite: SUITE,
        case: `${label} ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
        ...{ metric, value, unit, limit },
      }),
      ...(workers === recommended && { recommended: true }),
    });
    return [
      row('leaves', play.leavesPerSecond, 'leaves/s', one * workers),
      row('evaluations', play.evaluationsPerSecond, 'positions/s', play.rawPerSecond),
      row('evaluations', play.evaluationsPerCpuSecond, 'positions/s/core', play.rawPerCpuSecond),
    ];
  });

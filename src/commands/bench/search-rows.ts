/** What the search benchmarks measured, as rows of `rr bench`. */
import type { CostRow, PlayRow } from '../../search/bench/search-bench.ts';
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
    row('leaves', play.leavesPerSecond, 'leaves/s'),
    row('evaluations', play.evaluationsPerCpuSecond, 'positions/s/core', play.limit),
    row('batch fill', play.batchFill, 'share', 1),
    row('time in inference', play.evaluatingShare, 'share', 1),
    ...(play.cache === 0 ? [] : [row('cache hits', play.hitRate, 'share')]),
  ];
}

export interface WorkersRow {
  readonly workers: number;
  readonly leavesPerSecond: number;
}

/** Leaves per second of several threads, held against one thread times their number. */
export const workerRows = (
  label: string,
  found: readonly WorkersRow[],
  one: number,
  recommended: number | undefined,
): BenchRow[] =>
  found.map(({ workers, leavesPerSecond }) => ({
    ...benchRow({
      suite: SUITE,
      case: `${label} ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
      metric: 'leaves',
      value: leavesPerSecond,
      unit: 'leaves/s',
      limit: one * workers,
    }),
    ...(workers === recommended && { recommended: true }),
  }));

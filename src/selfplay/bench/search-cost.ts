/** What a search costs beside its evaluator. */
import type { BoardName } from '../../engine/boards.ts';
import type { Rules } from '../../engine/rules.ts';
import { EncodingEvaluator } from '../../search/evaluators/encoding.ts';
import type { Evaluator } from '../../search/evaluators/evaluator.ts';
import { UniformEvaluator } from '../../search/evaluators/uniform.ts';
import { GumbelSearch } from '../../search/gumbel/gumbel-search.ts';
import { Workbench } from '../../search/tree/workbench.ts';
import { type BenchPosition, benchPositions } from './positions.ts';
import { cpuSecondsSince } from './thread-clock.ts';

/** CPU microseconds per simulation that a search without its network may cost, encoding included. */
export const COST_LIMIT: Readonly<Record<BoardName, number>> = { square8: 15, hex8: 15, square19: 100, hexagonal: 100 };

const POSITIONS = 24;
const BATCH = 16;
const WARM_UP_MS = 300;

export interface CostRow {
  /** `tree`: tree and rules; `encoding`: and the encoding of every leaf into a real batch. */
  readonly part: 'tree' | 'encoding';
  readonly simulations: number;
  readonly microsecondsPerSimulation: number;
  readonly limit: number;
  /** limit / cost: at least 1 is within the limit. */
  readonly ratio: number;
  /** Bytes of one tree. */
  readonly treeBytes: number;
}

/** Cost per simulation of Gumbel searches from positions of random games. Blocks for about `seconds`. */
export function benchSearchCost(rules: Rules, simulations = 64, seconds = 2): CostRow[] {
  const positions = benchPositions(rules, POSITIONS);
  const parts = [
    { part: 'tree', evaluator: new UniformEvaluator(rules) },
    { part: 'encoding', evaluator: new EncodingEvaluator(rules) },
  ] as const;
  return parts.map(({ part, evaluator }): CostRow => {
    const search = new GumbelSearch(new Workbench(rules), evaluator, { simulations });
    searchFor(search, evaluator, positions, WARM_UP_MS);
    const cost = searchFor(search, evaluator, positions, (seconds * 1000) / parts.length);
    const limit = COST_LIMIT[rules.board];
    return {
      part,
      simulations,
      microsecondsPerSimulation: cost,
      limit,
      ratio: limit / cost,
      treeBytes: search.tree.bytes,
    };
  });
}

/** CPU microseconds per simulation. */
function searchFor(
  search: GumbelSearch,
  evaluator: Evaluator,
  positions: readonly BenchPosition[],
  ms: number,
): number {
  const batch = evaluator.createBatch(BATCH);
  const cpu = process.threadCpuUsage();
  const start = performance.now();
  let simulations = 0;
  while (performance.now() - start < ms) {
    for (const { state, legal } of positions) {
      search.begin(state, legal);
      for (batch.reset(); search.gather(batch) > 0; batch.reset()) {
        void batch.run();
        search.scatter(batch);
      }
      simulations += search.simulations;
    }
  }
  return (1e6 * cpuSecondsSince(cpu)) / simulations;
}

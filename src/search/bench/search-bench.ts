/** What a search costs beside its evaluator, and how close games with an evaluator come to the evaluator alone. */
import type { BoardName } from '../../engine/boards.ts';
import type { Rules } from '../../engine/rules.ts';
import { defaultSelfplay, GumbelAgent } from '../agents/gumbel-agent.ts';
import { runLane } from '../batch/lane.ts';
import { SearchedGame } from '../batch/searched-game.ts';
import { CachedEvaluator, cacheOf } from '../evaluators/cached.ts';
import { EncodingEvaluator } from '../evaluators/encoding.ts';
import type { Evaluator } from '../evaluators/evaluator.ts';
import { UniformEvaluator } from '../evaluators/uniform.ts';
import { GumbelSearch } from '../gumbel/gumbel-search.ts';
import { Workbench } from '../tree/workbench.ts';
import { type BenchPosition, benchPositions } from './positions.ts';

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
  const cpu = process.cpuUsage();
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
  return (1e6 * secondsSince(cpu)) / simulations;
}

/** CPU seconds of the process. */
function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

export interface PlayRow {
  readonly simulations: number;
  readonly inFlight: number;
  readonly batch: number;
  /** Positions that the cache remembers; 0: none. */
  readonly cache: number;
  /** Wall clock, this thread alone. */
  readonly evaluationsPerSecond: number;
  /** Simulations that asked for a value, whether the evaluator or a cache gave it: all but those that end in finished games. */
  readonly leavesPerSecond: number;
  readonly decisionsPerSecond: number;
  /** Positions evaluated (not answered by a cache) per second of this process's CPU time: holds still on a busy machine. */
  readonly evaluationsPerCpuSecond: number;
  /** The same of the evaluator alone with full batches, in the same run. */
  readonly limit: number;
  /** evaluationsPerCpuSecond / limit. */
  readonly ratio: number;
  /** Leaves per room in the batches. */
  readonly batchFill: number;
  /** Share of the time spent in the evaluator. */
  readonly evaluatingShare: number;
  /** Share of lookups that the cache answered; 0 without one. */
  readonly hitRate: number;
}

export interface PlayBenchOptions {
  readonly simulations: number;
  readonly inFlight: number;
  /** Must be a batch size that the evaluator takes. */
  readonly batch: number;
  /** Positions that a cache in front of the evaluator remembers; 0 (the default): no cache. */
  readonly cache?: number;
  readonly seconds: number;
}

/**
 * Self-play on this thread for about `seconds`, beside the evaluator alone. `create` makes an evaluator whose batches
 * are not in use yet; it is called once and closed.
 */
export async function benchPlay(
  rules: Rules,
  create: () => Promise<Evaluator>,
  { simulations, inFlight, batch, cache = 0, seconds }: PlayBenchOptions,
): Promise<PlayRow> {
  const inner = oneBatch(await create(), batch);
  const limit = await rawRate(inner, rules, batch, Math.min(2, seconds / 3));
  const evaluator = cache > 0 ? new CachedEvaluator(inner, cacheOf(cache)) : inner;
  const agent = new GumbelAgent(evaluator, { name: 'bench', simulations, selfplay: defaultSelfplay(simulations) });
  const agents = Array.from({ length: rules.players }, () => agent);
  let index = 0;
  const games: SearchedGame[] = [];
  const start = performance.now();
  const cpu = process.cpuUsage();
  const stats = await runLane(
    () => {
      const game = new SearchedGame(rules, 1, index++, agents, { maxMoves: 4000, hashes: false, openingMoves: 0 });
      games.push(game);
      return game;
    },
    () => {},
    { inFlight, batch, stopped: () => performance.now() - start > seconds * 1000 },
  );
  const elapsed = (performance.now() - start) / 1000;
  const used = secondsSince(cpu);
  const { hits, misses } = evaluator instanceof CachedEvaluator ? evaluator.table : { hits: 0, misses: stats.leaves };
  await evaluator.close();
  const searches = games.flatMap(({ game }) => game.searches);
  return {
    simulations,
    inFlight,
    batch,
    cache,
    evaluationsPerSecond: misses / elapsed,
    leavesPerSecond: stats.leaves / elapsed,
    decisionsPerSecond: searches.length / elapsed,
    evaluationsPerCpuSecond: misses / used,
    limit,
    ratio: misses / used / limit,
    batchFill: stats.leaves / stats.room,
    evaluatingShare: stats.evaluating / elapsed,
    hitRate: hits / Math.max(1, hits + misses),
  };
}

/** Positions per CPU second of full batches, encoding left out. */
async function rawRate(evaluator: Evaluator, rules: Rules, batch: number, seconds: number): Promise<number> {
  const target = evaluator.createBatch(batch);
  const positions = benchPositions(rules, batch);
  const start = performance.now();
  let running = 0;
  let runs = 0;
  while (performance.now() - start < seconds * 1000 || runs < 3) {
    target.reset();
    for (const { state, legal } of positions) target.add(state, legal);
    const before = process.cpuUsage();
    await target.run();
    running += secondsSince(before);
    runs++;
  }
  target.reset();
  return (runs * batch) / running;
}

/** An evaluator that hands out one and the same batch: measuring and playing take turns. */
function oneBatch(inner: Evaluator, capacity: number): Evaluator {
  const batch = inner.createBatch(capacity);
  return {
    rules: inner.rules,
    id: inner.id,
    provider: inner.provider,
    preferredBatch: inner.preferredBatch,
    createBatch: () => batch,
    close: () => inner.close(),
  };
}

export interface SweepOptions {
  readonly simulations: number;
  readonly batches: readonly number[];
  /** Games in flight, as multiples of the batch. */
  readonly flights: readonly number[];
  readonly cache: number;
  /** Seconds per combination. */
  readonly seconds: number;
  /** Polled after every combination: true leaves the rest out. */
  readonly stopped?: () => boolean;
}

/** Every combination of batch size and games in flight, and the one with the most leaves per second. */
export async function sweepPlay(
  rules: Rules,
  create: (batch: number) => Promise<Evaluator>,
  { simulations, batches, flights, cache, seconds, stopped }: SweepOptions,
  onRow?: (row: PlayRow) => void,
): Promise<{ rows: PlayRow[]; best: PlayRow }> {
  const rows: PlayRow[] = [];
  for (const batch of batches) {
    for (const flight of flights) {
      const inFlight = Math.max(1, Math.round(flight * batch));
      const row = await benchPlay(rules, () => create(batch), { simulations, inFlight, batch, cache, seconds });
      rows.push(row);
      onRow?.(row);
      if (stopped?.()) return { rows, best: fastest(rows) };
    }
  }
  return { rows, best: fastest(rows) };
}

const fastest = (rows: readonly PlayRow[]): PlayRow =>
  rows.reduce((a, b) => (b.leavesPerSecond > a.leavesPerSecond ? b : a));

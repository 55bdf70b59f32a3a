/** How close self-play with an evaluator comes to the evaluator alone. */
import type { Rules } from '../../engine/rules.ts';
import { CachedEvaluator, cacheOf } from '../../search/evaluators/cached.ts';
import type { Evaluator } from '../../search/evaluators/evaluator.ts';
import { GameTask } from '../../search/play/game-task.ts';
import { defaultSelfplay, GumbelPlayer } from '../../search/players/gumbel.ts';
import { runGames } from '../scheduler/game-scheduler.ts';
import { MeasuredEvaluator } from './measured-evaluator.ts';
import { cpuSecondsSince } from './thread-clock.ts';

export interface PlayRow {
  readonly simulations: number;
  readonly inFlight: number;
  readonly batch: number;
  /** Positions that the cache remembers; 0: none. */
  readonly cache: number;
  /** Simulations, and those of them that asked for a value, whether the evaluator or a cache gave it. Wall clock. */
  readonly simulationsPerSecond: number;
  readonly leavesPerSecond: number;
  /** Positions evaluated (not answered by a cache), wall clock. */
  readonly evaluationsPerSecond: number;
  /** Positions the evaluator alone evaluates with full batches, wall clock, between the batches of the play. */
  readonly rawPerSecond: number;
  /** Both per second of this thread's CPU time, which holds still on a busy machine, and the first over the second. */
  readonly evaluationsPerCpuSecond: number;
  readonly limit: number;
  readonly ratio: number;
  /** Leaves in the time in which the evaluator alone evaluates one position: above `ratio` by what the cache answers. */
  readonly leavesPerRawEvaluation: number;
  /** Mean share of the places of a batch that were taken when it ran. */
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

const GAMES = { seed: 1, maxMoves: 4000, hashes: false, openingMoves: 0 } as const;

/**
 * Self-play on this thread for about `seconds`, beside the evaluator alone. `create` makes an evaluator whose batches
 * are not in use yet; it is called once and closed.
 */
export async function benchPlay(
  rules: Rules,
  create: () => Promise<Evaluator>,
  { simulations, inFlight, batch, cache = 0, seconds }: PlayBenchOptions,
): Promise<PlayRow> {
  const measured = await MeasuredEvaluator.create(await create(), batch);
  const evaluator = cache > 0 ? new CachedEvaluator(measured, cacheOf(cache)) : measured;
  const player = new GumbelPlayer(evaluator, { name: 'bench', simulations, selfplay: defaultSelfplay(simulations) });
  const players = Array.from({ length: rules.players }, () => player);
  let index = 0;
  const games: GameTask[] = [];
  const start = performance.now();
  const cpu = process.threadCpuUsage();
  const stats = await runGames(
    () => {
      const game = new GameTask(rules, { ...GAMES, index: index++, players });
      games.push(game);
      return game;
    },
    () => {},
    { inFlight, batch, stopped: () => performance.now() - start > seconds * 1000 },
  );
  const { slices, raw } = measured;
  const elapsed = (performance.now() - start) / 1000 - slices.wall;
  const used = cpuSecondsSince(cpu) - slices.cpu;
  const { hits, misses } = evaluator instanceof CachedEvaluator ? evaluator.table : { hits: 0, misses: stats.leaves };
  await evaluator.close();
  const decided = games.flatMap(({ game }) => game.searches).reduce((sum, { budget = 0 }) => sum + budget, 0);
  const undecided = player.searches.lent().reduce((sum, search) => sum + search.simulations, 0);
  const limit = raw.positions / raw.cpu;
  return {
    simulations,
    inFlight,
    batch,
    cache,
    simulationsPerSecond: (decided + undecided) / elapsed,
    leavesPerSecond: stats.leaves / elapsed,
    evaluationsPerSecond: misses / elapsed,
    rawPerSecond: raw.positions / raw.wall,
    evaluationsPerCpuSecond: misses / used,
    limit,
    ratio: misses / used / limit,
    leavesPerRawEvaluation: stats.leaves / used / limit,
    batchFill: stats.filled / Math.max(1, stats.computed),
    evaluatingShare: (stats.evaluating - slices.wall) / elapsed,
    hitRate: hits / Math.max(1, hits + misses),
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

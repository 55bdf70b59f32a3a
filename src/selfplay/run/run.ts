/** Carries out a planned run: workers play, records and rows go where they should, progress is shown. */

import type { ExitCode } from '../../core/errors.ts';
import { formatNumber } from '../../core/format.ts';
import type { Progress, ShowProgress } from '../../core/progress.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { RULES_VERSION } from '../../engine/rules.ts';
import { header } from '../../io/ndjson/header.ts';
import type { RecordWriter } from '../../io/ndjson/writer.ts';
import { loadModel } from '../../models/load.ts';
import { parsePlayer } from '../../search/players/registry.ts';
import { describeComputing } from '../inference/computing.ts';
import type { InferenceHandle } from '../inference/open.ts';
import { indicesOf, type Shard } from '../setup/spec.ts';
import { InOrder } from '../workers/in-order.ts';
import { playInWorkers } from '../workers/pool.ts';
import type { GameMessage, WorkerSetup } from './messages.ts';
import type { Plan } from './plan.ts';
import { Results } from './results.ts';
import { StoreSink } from './store-sink.ts';

const COMMAND = 'selfplay';

/** Games held back at most while an earlier one is still played. */
const WINDOW = 512;

/** Games on order beyond those that a worker has in flight, so that it never waits for one. */
const SPARE = 8;

export interface SelfplayJob {
  readonly plan: Plan;
  readonly game: GameConfig;
  readonly shard: Shard | undefined;
  /** Path of the replay database to write to. */
  readonly database: string | undefined;
  readonly resume: boolean;
  /** Game records on stdout. */
  readonly records: boolean;
  readonly hashes: boolean;
  readonly signal: AbortSignal;
  /** stdout, unless it is for people. */
  readonly writer: RecordWriter | undefined;
  readonly progress: ShowProgress;
  readonly say: (text: string) => void;
}

export interface SelfplayOutcome {
  readonly results: Results;
  /** Games acknowledged as durable. */
  readonly stored: number;
  /** Wall-clock time of the run, and games per second from the first game's arrival on. */
  readonly seconds: number;
  readonly steadyRate: number;
  /** 4 when a resumed run had nothing left to play. */
  readonly exit: ExitCode;
}

export async function runSelfplay(job: SelfplayJob): Promise<SelfplayOutcome> {
  const { plan, game, shard, writer, signal } = job;
  const { spec, run } = plan;
  const results = new Results(spec.players);
  let acks: Promise<void> = Promise.resolve();
  const acknowledge = (ids: readonly string[]): void => {
    if (writer) acks = Promise.all([acks, writer.write({ type: 'stored', path: job.database, ids })]).then(() => {});
  };
  const sink = job.database === undefined ? undefined : new StoreSink(job.database, acknowledge);
  const startMs = performance.now();
  let done: ReadonlySet<number> = new Set();
  let steadyRate = 0;
  try {
    await writer?.write(headerOf(job));
    if (sink && job.resume) done = sink.indicesOfRun(run);
    const total = count(indicesOf(plan.games, shard, done));
    const progress = job.progress({ label: `playing ${game.key}`, unit: 'games', total }, () => results.lines());
    try {
      steadyRate = await play(job, {
        results,
        sink,
        progress,
        done,
        workers: Math.max(1, Math.min(plan.workers, total)),
      });
    } finally {
      progress.finish();
    }
  } finally {
    sink?.close();
  }
  await acks;

  const seconds = (performance.now() - startMs) / 1000;
  await writer?.write({
    type: 'summary',
    command: COMMAND,
    config: game.key,
    seed: spec.seed,
    run,
    ...results.toJSON(),
    ...(sink && { stored: sink.stored, path: sink.path }),
    ...(job.resume && { present: done.size }),
    ...(signal.aborted && { stopped: true }),
    seconds: rounded(seconds),
    gamesPerSecond: rounded(results.games / seconds),
    pliesPerSecond: rounded(results.plies / seconds),
  });
  job.say(report(job, results, sink, seconds));
  const exit = job.resume && results.games === 0 && !signal.aborted ? 4 : 0;
  return { results, stored: sink?.stored ?? 0, seconds, steadyRate, exit };
}

function headerOf({ plan, game, shard }: SelfplayJob): ReturnType<typeof header> {
  const { spec, run } = plan;
  return header({
    command: COMMAND,
    config: game.key,
    seed: spec.seed,
    rules: RULES_VERSION,
    ...(shard && { shard: `${shard.index}/${shard.count}` }),
    run,
    engine: plan.engine,
    ...(spec.model !== undefined && { model: spec.model, ...describeComputing(plan.computing) }),
    ...(spec.search && { search: spec.search }),
    ...(spec.fork && { fork: spec.fork }),
    mix: spec.mix,
    games: plan.games,
    options: spec.options,
    created: new Date().toISOString(),
  });
}

interface Table {
  readonly results: Results;
  readonly sink: StoreSink | undefined;
  readonly progress: Progress;
  readonly done: ReadonlySet<number>;
  readonly workers: number;
}

/** @returns games per second from the first game's arrival to the last one's: without the start of the workers */
async function play(job: SelfplayJob, { results, sink, progress, done, workers }: Table): Promise<number> {
  const { plan, shard, writer } = job;
  const setup: WorkerSetup = {
    spec: plan.spec,
    run: plan.run,
    engine: plan.engine,
    shard: shard && `${shard.index}/${shard.count}`,
    hashes: job.hashes && job.records,
    lines: job.records,
    rows: sink !== undefined,
    modelPath: plan.modelPath,
    computing: plan.computing,
  };
  const order = new InOrder<string>(indicesOf(plan.games, shard, done));
  // One after the other: a line waits for those before it even while the pipe is full.
  let written: Promise<void> = Promise.resolve();
  const lines = (ready: readonly string[]): Promise<void> => {
    written = written.then(async () => {
      for (const line of ready) await writer?.writeLine(line);
    });
    return written;
  };
  const startMs = performance.now();
  let firstMs = startMs;
  let lastMs = startMs;
  const inference = await inferenceFor(plan, workers);
  await playInWorkers<GameMessage>({
    entry: new URL('./worker.ts', import.meta.url),
    workerData: { ...setup, ...(inference && { inference: inference.inference }) } satisfies WorkerSetup,
    workers,
    indices: indicesOf(plan.games, shard, done),
    // Wide enough that a slow oldest game does not leave workers without games.
    window: Math.max(WINDOW, 2 * workers * plan.computing.inFlight),
    ...(plan.spec.mix.some(({ player }) => parsePlayer(player).searches) && { ahead: plan.computing.inFlight + SPARE }),
    signal: job.signal,
    onGame(index, { news, line, row }) {
      lastMs = performance.now();
      if (results.games === 0) firstMs = lastMs;
      results.add(news);
      progress.update(results.games);
      progress.extra('plies/s', Math.round(results.plies / ((lastMs - startMs) / 1000)));
      if (row) sink?.add(row);
      if (line === undefined) return undefined;
      const ready = order.add(index, line);
      return ready.length > 0 ? lines(ready) : undefined;
    },
    onLost(error, games) {
      progress.log(`a worker died (${error.message}); playing its ${games.length} games again`);
    },
  }).finally(() => inference?.close());
  await lines(order.rest());
  return results.games < 2 ? 0 : (1000 * (results.games - 1)) / (lastMs - firstMs);
}

/** The worker that computes the network for all, if they share one. @throws RrError of loadModel, PROVIDER_MISSING … */
async function inferenceFor(plan: Plan, workers: number): Promise<InferenceHandle | undefined> {
  const { spec, modelPath: path, computing } = plan;
  if (!computing.shared || path === undefined || spec.model === undefined) return undefined;
  // Loaded when needed: the runtime of networks takes a while.
  const { openForWorkers } = await import('../inference/open.ts');
  const hash = spec.model;
  const model = await loadModel({ path, hash });
  const { provider, device, batch } = computing;
  return openForWorkers({ model, hash, board: spec.board, provider, device, batch }, workers);
}

function count(indices: Iterable<number>): number {
  let n = 0;
  for (const _ of indices) n++;
  return n;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

/** What a terminal shows at the end. */
function report({ plan, game }: SelfplayJob, results: Results, sink: StoreSink | undefined, seconds: number): string {
  const rate = formatNumber(results.games / seconds);
  const where = sink ? `, ${formatNumber(sink.stored)} stored in ${sink.path}` : '';
  return [
    `${formatNumber(results.games)} games of ${game.key} in ${formatNumber(seconds)} s (${rate} games/s)${where}`,
    ...results.lines(),
    `seed ${plan.spec.seed}, run ${plan.run}`,
  ].join('\n');
}

/** A worker of searched games for tests that dies with games in flight and a batch on its way. */
import { parentPort, workerData } from 'node:worker_threads';
import { CachedEvaluator } from '../../../src/search/evaluators/cached.ts';
import type { Evaluator } from '../../../src/search/evaluators/evaluator.ts';
import { NetworkEvaluator } from '../../../src/search/evaluators/network.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { SHARED_SCHEDULERS, schedulersOf } from '../../../src/selfplay/inference/choice.ts';
import { SharedEvaluator } from '../../../src/selfplay/inference/client.ts';
import { type Inference, slotsFor } from '../../../src/selfplay/inference/slot.ts';
import { RunGames, type RunSpec } from '../../../src/selfplay/scheduler/run-games.ts';
import { DEFAULT_SEARCH, generatorOptions } from '../../../src/selfplay/setup/search-settings.ts';
import type { WorkerPlace } from '../../../src/selfplay/workers/messages.ts';
import { serveGames, stopOf } from '../../../src/selfplay/workers/serve.ts';
import { untrainedModel } from '../../search/models.ts';
import { rulesOf } from '../../search/positions.ts';

export interface SearchedWorkerData {
  readonly spec: RunSpec;
  readonly inference: Inference | undefined;
  /** Dies at its tenth batch while deaths[0] is above 0, each time taking one. */
  readonly deaths: Int32Array;
}

if (parentPort === null) throw new Error('not a worker');
const data: SearchedWorkerData & WorkerPlace = workerData;
const { spec, inference, workerIndex, deaths } = data;
const rules = rulesOf('hex8', 2);
const HASH = 'e'.repeat(64);
const network = inference
  ? new SharedEvaluator(rules, slotsFor(inference, workerIndex * SHARED_SCHEDULERS, SHARED_SCHEDULERS))
  : await NetworkEvaluator.create(untrainedModel('hex8', 2), rules, { hash: HASH, batch: 8, threads: 1 });

/** Submits the tenth batch and is gone before its answer comes. */
function mortal(inner: Evaluator): Evaluator {
  let batches = 0;
  const create = inner.createBatch.bind(inner);
  inner.createBatch = (capacity) => {
    const batch = create(capacity);
    const run = batch.run.bind(batch);
    batch.run = () => {
      const running = run();
      if (++batches === 10 && Atomics.sub(deaths, 0, 1) > 0) process.exit(9);
      return running;
    };
    return batch;
  };
  return inner;
}

const run = new RunGames(
  spec,
  {
    bench: new Workbench(rules),
    network: new CachedEvaluator(mortal(network)),
    heuristic: network,
    ...generatorOptions(DEFAULT_SEARCH, 8),
  },
  { hashes: false },
);
await serveGames(parentPort, Promise.resolve(run), (game) => ({ result: game.result().moves.join(), transfer: [] }), {
  inFlight: 6,
  schedulers: schedulersOf(inference !== undefined),
  stopped: stopOf(data),
});

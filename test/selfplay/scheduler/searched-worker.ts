/** A worker of searched games for tests that dies with games in flight and a batch on its way. */
import { parentPort, workerData } from 'node:worker_threads';
import { CachedEvaluator } from '../../../src/search/evaluators/cached.ts';
import type { Evaluator } from '../../../src/search/evaluators/evaluator.ts';
import { NetworkEvaluator } from '../../../src/search/evaluators/network.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { banksFor, type Inference } from '../../../src/selfplay/inference/bank.ts';
import { SHARED_LANES } from '../../../src/selfplay/inference/choice.ts';
import { SharedEvaluator } from '../../../src/selfplay/inference/client.ts';
import { SearchedRun, type SearchedRunSpec } from '../../../src/selfplay/scheduler/searched-run.ts';
import { agentOptions, DEFAULT_SEARCH } from '../../../src/selfplay/spec/search-settings.ts';
import { serveSearchedGames } from '../../../src/selfplay/workers/serve-searched.ts';
import { untrainedModel } from '../../search/models.ts';
import { rulesOf } from '../../search/positions.ts';

export interface SearchedWorkerData {
  readonly spec: SearchedRunSpec;
  readonly inference: Inference | undefined;
  /** Dies at its tenth batch while deaths[0] is above 0, each time taking one. */
  readonly deaths: Int32Array;
}

if (parentPort === null) throw new Error('not a worker');
const data: SearchedWorkerData & { readonly stopFlag: Int32Array; readonly place: number } = workerData;
const { spec, inference, place, deaths } = data;
const rules = rulesOf('hex8', 2);
const HASH = 'e'.repeat(64);
const network = inference
  ? new SharedEvaluator(rules, banksFor(inference, place * SHARED_LANES, SHARED_LANES))
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

const run = new SearchedRun(
  spec,
  false,
  {
    bench: new Workbench(rules),
    network: new CachedEvaluator(mortal(network)),
    heuristic: network,
    settings: { weightNoise: 0 },
  },
  agentOptions(DEFAULT_SEARCH, 8),
);
await serveSearchedGames(
  parentPort,
  Promise.resolve(run),
  data.stopFlag,
  (game) => ({ payload: game.result().moves.join(), transfer: [] }),
  { inFlight: 6, lanes: inference ? SHARED_LANES : 1 },
);

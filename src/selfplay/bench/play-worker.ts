/** Entry of a measuring thread: workerData is a PlayJob, its one message the PlayRow. */
import { parentPort, workerData } from 'node:worker_threads';
import { benchPlay } from './play-bench.ts';
import { openBenchNetwork, type PlayJob, rulesOfJob } from './play-job.ts';

const job: PlayJob = workerData;
const rules = rulesOfJob(job);

/** Loads, then waits for the others to have loaded, so that all of them measure at the same time. */
async function open() {
  const evaluator = await openBenchNetwork(job.network, rules, job.play.batch);
  const { loading } = job;
  Atomics.sub(loading, 0, 1);
  Atomics.notify(loading, 0);
  for (let left = Atomics.load(loading, 0); left > 0; left = Atomics.load(loading, 0)) Atomics.wait(loading, 0, left);
  return evaluator;
}

parentPort?.postMessage(await benchPlay(rules, open, job.play));

/** A self-play worker for tests that dies where it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import type { SelfplaySpec } from '../../src/selfplay/setup/spec.ts';
import type { WorkerPlace } from '../../src/selfplay/workers/messages.ts';
import { serveGames, stopOf } from '../../src/selfplay/workers/serve.ts';
import { plainGames } from './plain-run.ts';

export interface TestWorkerData {
  readonly spec: SelfplaySpec;
  /** A game of this index ends the worker while lives[0] is above 0, each time taking one. */
  readonly deadly: number;
  readonly lives: Int32Array;
  readonly how: 'exit' | 'throw';
}

const data: TestWorkerData & WorkerPlace = workerData;
if (parentPort === null) throw new Error('not a worker');
await serveGames<Int32Array>(
  parentPort,
  Promise.resolve(plainGames(data.spec)),
  (task) => {
    const { index, moves } = task.result();
    if (index === data.deadly && Atomics.sub(data.lives, 0, 1) > 0) {
      if (data.how === 'exit') process.exit(9);
      throw new Error('out of luck');
    }
    return { result: moves, transfer: [moves.buffer as ArrayBuffer] };
  },
  { inFlight: 1, stopped: stopOf(data) },
);

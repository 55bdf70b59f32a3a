/** A self-play worker for tests that dies where it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import { RunGames } from '../../src/selfplay/spec/games.ts';
import type { SelfplaySpec } from '../../src/selfplay/spec/spec.ts';
import { serveGames } from '../../src/selfplay/workers/serve.ts';

export interface TestWorkerData {
  readonly spec: SelfplaySpec;
  /** A game of this index ends the worker while lives[0] is above 0, each time taking one. */
  readonly deadly: number;
  readonly lives: Int32Array;
  readonly how: 'exit' | 'throw';
}

const data: TestWorkerData & { readonly stopFlag: Int32Array } = workerData;
if (parentPort === null) throw new Error('not a worker');
serveGames(parentPort, new RunGames(data.spec, false), data.stopFlag, (game) => {
  if (game.index === data.deadly && Atomics.sub(data.lives, 0, 1) > 0) {
    if (data.how === 'exit') process.exit(9);
    throw new Error('out of luck');
  }
  return { payload: game.moves, transfer: [game.moves.buffer as ArrayBuffer] };
});

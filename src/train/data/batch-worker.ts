/** Entry of the thread that assembles batches while the main thread computes. */
import { parentPort, workerData } from 'node:worker_threads';
import { Random } from '../../engine/random.ts';
import { Assembler } from './assemble.ts';
import type { BatchOrder, BatchReady, WorkerSetup } from './batch-order.ts';

/** Stream of the symmetries among the draws of a training; sampler.ts has the shuffles. */
const SYMMETRY_STREAM = 2;

if (parentPort === null) throw new Error('this module runs in a worker thread');
const port = parentPort;
const { rows, slots, seed }: WorkerSetup = workerData;
const assembler = new Assembler(rows);

port.on('message', ({ slot, list, draw, labelSmoothing }: BatchOrder) => {
  const symmetry = draw === undefined ? undefined : new Random(seed, draw, SYMMETRY_STREAM);
  const moveCount = assembler.fill(slots[slot], list, { labelSmoothing, symmetry });
  port.postMessage({ slot, moveCount } satisfies BatchReady);
});

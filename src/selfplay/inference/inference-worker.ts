/** Entry of the inference worker's thread: workerData is an InferenceSpec, its one message the Inference or an error. */
import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorParts, partsOf, RrError } from '../../core/errors.ts';
import { InferenceServer, type InferenceSpec } from './server.ts';
import type { Inference } from './slot.ts';

export type Opening = { readonly inference: Inference } | { readonly refused: ErrorParts };

const spec: InferenceSpec = workerData;
try {
  const server = await InferenceServer.create(spec);
  parentPort?.postMessage({ inference: server.inference } satisfies Opening);
  await server.serve();
} catch (error) {
  // Only the opening has somebody who listens for it; later failures reach the clients through the slots.
  if (!(error instanceof RrError)) throw error;
  parentPort?.postMessage({ refused: partsOf(error) } satisfies Opening);
}

/** Starts an inference worker for a device. */
import { Worker } from 'node:worker_threads';
import { RrError } from '../../core/errors.ts';
import { SHARED_SCHEDULERS } from './choice.ts';
import type { Opening } from './inference-worker.ts';
import type { InferenceSpec } from './server.ts';
import { failAll, type Inference, Wake } from './slot.ts';

export interface InferenceHandle {
  readonly inference: Inference;
  /** Stops the worker; batches that are still waiting fail. */
  close(): Promise<void>;
}

const ENTRY = new URL('./inference-worker.ts', import.meta.url);

/**
 * Loads the model in a worker thread and resolves when it is ready to answer. If the worker dies later, everybody who
 * waits for it gets INFERENCE_FAILED.
 * @throws RrError PROVIDER_MISSING, MODEL_INCOMPATIBLE, INFERENCE_FAILED
 */
export function openInference(spec: InferenceSpec, entry: URL = ENTRY): Promise<InferenceHandle> {
  const worker = new Worker(entry, { workerData: spec });
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  return new Promise((resolve, reject) => {
    let opened: Inference | null = null;
    const fail = (detail: string): void => {
      if (opened) failAll(opened, detail);
      else reject(new RrError('INFERENCE_FAILED', { provider: spec.provider, detail }));
    };
    worker.on('error', (error: unknown) => fail(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => fail(`its thread ended with status ${code}`));
    worker.once('message', (opening: Opening) => {
      if ('refused' in opening) {
        const { code, params } = opening.refused;
        reject(new RrError(code, params));
        return;
      }
      const { inference } = opening;
      opened = inference;
      resolve({
        inference,
        close: async () => {
          Atomics.store(inference.wake, Wake.stop, 1);
          Atomics.add(inference.wake, Wake.calls, 1);
          Atomics.notify(inference.wake, Wake.calls);
          await gone;
        },
      });
    });
  });
}

/** The same for a run: slots for the schedulers of all its workers. On a CPU it computes with as many threads as there are. */
export const openForWorkers = (
  spec: Omit<InferenceSpec, 'slots' | 'threads'>,
  workers: number,
): Promise<InferenceHandle> =>
  openInference({ ...spec, slots: workers * SHARED_SCHEDULERS, threads: spec.provider === 'cpu' ? workers : 1 });

/** The same self-play on several threads at once: how workers add up. */
import { Worker } from 'node:worker_threads';
import type { PlayRow } from './play-bench.ts';
import type { PlayJob } from './play-job.ts';

const ENTRY = new URL('./play-worker.ts', import.meta.url);

/** One row per thread; leaves per second of all rows add up. An error of one thread ends them all. */
export async function playInThreads(job: Omit<PlayJob, 'loading'>, threads: number): Promise<PlayRow[]> {
  const loading = new Int32Array(new SharedArrayBuffer(4));
  loading[0] = threads;
  const workers = Array.from({ length: threads }, () => new Worker(ENTRY, { workerData: { ...job, loading } }));
  try {
    return await Promise.all(workers.map(rowOf));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

const rowOf = (worker: Worker): Promise<PlayRow> =>
  new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a measuring thread ended with status ${code}`)));
  });

/** The losses of every sample under the final weights, hardest first: where a network errs, by game and ply. */
import { writeAtomic } from '../../io/atomic.ts';
import { header } from '../../io/ndjson/header.ts';
import { COUNTERS, Counter } from '../../net/encode/rr1/features.ts';
import type { TrainingGame, TrainingRows } from '../data/rows.ts';
import type { Training } from '../learn/training.ts';

/** Lines gathered before a write. */
const CHUNK = 4096;

export interface SampleLossOptions {
  readonly config: string;
  /** Content hash of the model that was asked. */
  readonly model: string;
  readonly rows: TrainingRows;
  readonly games: readonly TrainingGame[];
  /** Numbers of the rows that were not trained on. */
  readonly validation: Uint32Array;
}

/** Writes one `sample_loss` record per row to `path`. Cost: one evaluation of all rows. @throws RrError DISK_FULL */
export async function writeSampleLosses(path: string, training: Training, options: SampleLossOptions): Promise<void> {
  const { config, model, rows, games, validation } = options;
  const policy = new Float32Array(rows.count);
  const value = new Float32Array(rows.count);
  const all = Uint32Array.from({ length: rows.count }, (_, row) => row);
  for await (const { batch, result } of training.validation.losses(all, training.result.weights)) {
    batch.list.forEach((row, i) => {
      policy[row] = rows.learnsPolicy[row] ? result.perSample.policy[i] : 0;
      value[row] = result.perSample.value[i];
    });
  }
  const held = new Set(validation);
  all.sort((a, b) => policy[b] + value[b] - policy[a] - value[a] || a - b);
  await writeAtomic(path, async (file) => {
    let lines = [JSON.stringify(header({ command: 'train', config, model }))];
    for (const row of all) {
      lines.push(
        JSON.stringify({
          type: 'sample_loss',
          game: games[rows.game[row]].id,
          ply: rows.counters[row * COUNTERS + Counter.ply],
          seat: rows.counters[row * COUNTERS + Counter.seat],
          held_out: held.has(row),
          policy: policy[row],
          value: value[row],
        }),
      );
      if (lines.length < CHUNK) continue;
      await file.write(`${lines.join('\n')}\n`);
      lines = [];
    }
    lines.push(JSON.stringify({ type: 'summary', command: 'train', samples: rows.count }));
    await file.write(`${lines.join('\n')}\n`);
  });
}

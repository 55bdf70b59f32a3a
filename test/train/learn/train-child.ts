/** Trains in the folder of its argument, resuming what is there, and prints the hash of the final weights. */
import { createHash } from 'node:crypto';
import { runTraining, trainingInput } from './setup.ts';

const [folder = ''] = process.argv.slice(2);
const input = await trainingInput({
  folder,
  settings: {
    epochs: 6,
    batch: 16,
    checkpointSteps: 4,
    validation: 0.2,
    hardShare: 0.2,
    clipping: 'adaptive',
    schedule: 'plateau',
  },
});
process.stdout.write('ready\n');
const { weights } = await runTraining(input, true);
const bytes = new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength);
process.stdout.write(`done ${createHash('sha256').update(bytes).digest('hex')}\n`);

/** The average of the weights is what a training validates, keeps and exports; never the weights of its last step. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readCheckpoint } from '../../../src/train/learn/checkpoint.ts';
import { Training } from '../../../src/train/learn/training.ts';
import { runTraining, trainingInput } from './setup.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-averaged-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One epoch of few steps, so that weights and average are far apart. */
async function trained(validation: number) {
  const settings = { epochs: 1, epochSamples: 64, learningRate: 0.01, emaDecay: 0.9, validation };
  const input = await trainingInput({ folder, games: { games: 2 }, settings });
  const { weights, events } = await runTraining(input);
  const checkpoint = await readCheckpoint(input.checkpointPath);
  const array = (name: string): Float32Array => {
    const found = checkpoint?.arrays.get(name);
    if (found instanceof Float32Array) return found;
    throw new Error(`no array ${name}`);
  };
  expect(array('ema')).not.toEqual(array('weights'));
  const epoch = events.find((event) => event.type === 'epoch');
  return { input, weights, array, loss: epoch?.type === 'epoch' ? epoch.figures.validation?.loss : undefined };
}

test('without validation the current average is exported', async () => {
  const { weights, array } = await trained(0);
  expect(weights).toEqual(array('ema'));
});

test('with validation the average is judged, and the one of the best epoch is exported', async () => {
  const { input, weights, array, loss } = await trained(0.2);
  expect(weights).toEqual(array('ema'));
  const judge = await Training.open(input, false);
  try {
    const lossOf = async (of: Float32Array): Promise<number> => {
      const run = judge.validation.metrics(input.validation, of, input.settings.headWeights);
      for (;;) {
        const { value, done } = await run.next();
        if (done) return value.loss;
      }
    };
    expect(loss).toBe(await lossOf(array('ema')));
    expect(loss).not.toBe(await lossOf(array('weights')));
  } finally {
    await judge.close();
  }
});

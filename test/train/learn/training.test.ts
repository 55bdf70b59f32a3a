import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { readCheckpoint } from '../../../src/train/learn/checkpoint.ts';
import type { TrainEvent } from '../../../src/train/learn/input.ts';
import { killTrainings } from './kill-training.ts';
import { ARCHITECTURES, runTraining, type SetupOptions, temporaryFolder, trainingInput } from './setup.ts';

/** Real trainings on a machine that may be busy. Milliseconds. */
const folders: string[] = [];
const folder = (): string => {
  const made = temporaryFolder();
  folders.push(made);
  return made;
};
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

const hashOf = (weights: Float32Array): string => createHash('sha256').update(weights).digest('hex');
const trained = async (options: Omit<SetupOptions, 'folder'>) =>
  runTraining(await trainingInput({ folder: folder(), ...options }));
const epochs = (events: readonly TrainEvent[]) =>
  events.flatMap((event) => (event.type === 'epoch' ? [event.figures] : []));

test('256 positions are memorised', async () => {
  const { events } = await trained({
    architecture: ARCHITECTURES.nano,
    learn: 256,
    games: { player: 'heuristic', games: 24, sampleEvery: 5 },
    settings: {
      epochs: 45,
      learningRate: 6e-3,
      schedule: 'cosine',
      symmetry: false,
      clipNorm: 2,
      headWeights: { policy: 1, value: 1, ownership: 0, margins: 0, plies: 0 },
    },
  });
  const last = epochs(events).at(-1)?.train;
  expect(last?.policy_top1).toBeGreaterThanOrEqual(0.99);
  expect(last?.value_error).toBeLessThan(0.02);
});

test('equal seeds give equal weights, another seed others', async () => {
  const hashes = await Promise.all(
    [7, 7, 8].map(async (seed) => hashOf((await trained({ settings: { seed } })).weights)),
  );
  expect(hashes[1]).toBe(hashes[0]);
  expect(hashes[2]).not.toBe(hashes[0]);
});

test('threads of the runtime do not change the weights', async () => {
  const input = await trainingInput({ folder: folder() });
  const one = await runTraining(input);
  const two = await runTraining({ ...input, threads: 2 });
  expect(hashOf(two.weights)).toBe(hashOf(one.weights));
});

test('a training killed at random instants ends with the weights of one that was not', async () => {
  const report = await killTrainings(3);
  expect(report.kills).toBe(3);
  expect(report.killed).toBe(report.uninterrupted);
});

test('accumulated gradients of k batches are those of one large batch', async () => {
  const settings = { epochs: 1, epochSamples: 64, symmetry: false, emaDecay: 0 } as const;
  const made = folder();
  const start = (await trainingInput({ folder: made })).weights;
  const large = await trained({ settings: { ...settings, batch: 32, accumulate: 1 } });
  const small = await trained({ settings: { ...settings, batch: 16, accumulate: 2 } });
  // Adam's first steps blow up rounding where a gradient is nearly zero, so the moves are compared as vectors.
  const length = (from: Float32Array, to: Float32Array): number =>
    Math.hypot(...from.map((weight, i) => weight - to[i]));
  expect(length(large.weights, small.weights)).toBeLessThan(0.02 * length(large.weights, start));
});

test('epochs report both halves; the best epoch is what is kept', async () => {
  const { events, training, end } = await trained({
    settings: { epochs: 30, validation: 0.2, patience: 2, learningRate: 0.01, emaDecay: 0 },
  });
  const losses = epochs(events).map(({ validation }) => validation?.loss ?? Number.NaN);
  expect(end).toBe('patience');
  expect(training.result.epoch).toBe(1 + losses.indexOf(Math.min(...losses)));
  expect(losses.length).toBe(training.result.epoch + 2);
  for (const { train, validation, gradient_norm } of epochs(events)) {
    for (const metrics of [train, validation]) {
      expect(metrics?.policy_top5).toBeGreaterThanOrEqual(metrics?.policy_top1 ?? 1);
      expect(metrics?.value_ece).toBeLessThanOrEqual(1);
    }
    expect(gradient_norm).toBeGreaterThan(0);
  }
});

test('samples are used as often as allowed and no more', async () => {
  const { training, end } = await trained({ settings: { epochs: 50, uses: 3 }, learn: 40 });
  expect(end).toBe('data');
  expect(training.progress.samples).toBe(3 * 40);
});

test('a loss that is no number sends the training back once, and then stops it', async () => {
  const input = await trainingInput({ folder: folder(), settings: { epochs: 3, checkpointSteps: 2 } });
  // Numbers of a move are inputs of the network; these were checked when they were read, so this stands for a fault.
  const [poisoned] = input.training;
  input.rows.number[input.rows.moveStart[poisoned]] = Number.NaN;
  const events: TrainEvent[] = [];
  await expect(
    (async () => {
      const { Training } = await import('../../../src/train/learn/training.ts');
      const training = await Training.open(input, false);
      try {
        for await (const event of training.run()) events.push(event);
      } finally {
        await training.close();
      }
    })(),
  ).rejects.toMatchObject({ code: 'TRAINING_DIVERGED', exit: 3 });
  expect(events.filter(({ type }) => type === 'rollback')).toHaveLength(1);
});

test.each([
  [1e30, 0.2],
  [1e39, 0],
])('weights that the last step ruins become no model: rate %d, held out %d', async (learningRate, validation) => {
  // one step: no other could notice
  const settings = { epochs: 1, learningRate, validation };
  const input = await trainingInput({ folder: folder(), settings, learn: 16 });
  await expect(runTraining(input)).rejects.toMatchObject({ code: 'TRAINING_DIVERGED', exit: 3 });
});

test('a checkpoint cut short, damaged or of another training is refused', async () => {
  const input = await trainingInput({ folder: folder(), settings: { epochs: 1 } });
  await runTraining(input);
  const path = input.checkpointPath;
  const bytes = readFileSync(path);
  await expect(runTraining({ ...input, identity: { other: 1 } }, true)).rejects.toMatchObject({
    code: 'CHECKPOINT_MISMATCH',
  });
  for (const length of [0, 7, 100, bytes.length - 1]) {
    writeFileSync(path, bytes.subarray(0, length));
    await expect(readCheckpoint(path)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
  }
  const flipped = Buffer.from(bytes);
  flipped[bytes.length >> 1] ^= 1;
  writeFileSync(path, flipped);
  await expect(readCheckpoint(path)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
});

/** Trainings on committed samples: losses and gradient norm of every step, and what the weights have become. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gameConfig } from '../../../src/engine/config-key.ts';
import { specFor } from '../../../src/models/save.ts';
import { ARCHITECTURES, type Architecture } from '../../../src/net/arch/architectures.ts';
import { BOARD_BOXES } from '../../../src/net/arch/boards.ts';
import { initialWeights } from '../../../src/net/arch/parameters.ts';
import { loadTrainingData } from '../../../src/train/data/load.ts';
import { weighRows } from '../../../src/train/data/weights.ts';
import { readCheckpoint } from '../../../src/train/learn/checkpoint.ts';
import type { TrainingInput } from '../../../src/train/learn/input.ts';
import type { TrainSettings } from '../../../src/train/learn/settings.ts';
import { Training } from '../../../src/train/learn/training.ts';
import { digest } from './digest.ts';
import type { Facts } from './frozen.ts';
import { pinFile } from './pin-files.ts';

/** Far smaller than any real network: its checkpoint is a committed file. */
export const TINY: Architecture = {
  name: 'tiny',
  channels: 16,
  blocks: 1,
  squeeze: 8,
  policyChannels: 16,
  embedding: 8,
  valueChannels: 16,
  globals: 16,
};

/** One step an epoch, so that every step has figures; a small rate, so that rounding does not grow from step to step. */
export const SETTINGS: TrainSettings = {
  seed: 7,
  batch: 16,
  accumulate: 1,
  epochs: 12,
  epochSamples: 16,
  learningRate: 2e-4,
  schedule: 'cosine',
  warmupSteps: 2,
  minimumRate: 0.1,
  restartEpochs: 1,
  plateauPatience: 1,
  plateauFactor: 0.5,
  weightDecay: 1e-3,
  clipping: 'fixed',
  clipNorm: 0.5,
  clipFactor: 2,
  emaDecay: 0.9,
  labelSmoothing: 0.02,
  headWeights: { policy: 1, value: 1, ownership: 0.15, margins: 0.05, plies: 0.05 },
  validation: 0,
  patience: 0,
  uses: 0,
  hardShare: 0,
  symmetry: true,
  weights: { qualityBlend: 0.2, halfLifeDays: 0, phases: {}, policyRows: 'auto' },
  window: { start: 0, exponent: 0.65, slope: 0.4 },
  checkpointSteps: 1000,
  spikeFactor: 0,
  form: 'winograd',
};

/** What a training on the committed samples starts from; its checkpoint goes to `checkpointPath`. */
export async function trainingInput(
  checkpointPath: string,
  architecture: Architecture,
  changes: Partial<TrainSettings> = {},
): Promise<TrainingInput> {
  const settings = { ...SETTINGS, ...changes };
  const config = gameConfig('hex8', 2);
  const { rows, games, fingerprint } = await loadTrainingData([pinFile('rr1.npz')], config, settings.window);
  weighRows(rows, games, settings.weights);
  const spec = specFor(config, architecture);
  return {
    config: config.key,
    spec,
    box: BOARD_BOXES.hex8,
    weights: initialWeights(spec, settings.seed),
    rows,
    training: Uint32Array.from({ length: rows.count }, (_, row) => row),
    validation: new Uint32Array(0),
    settings,
    identity: { data: fingerprint, start: 'pins' },
    checkpointPath,
    threads: 1,
    signal: new AbortController().signal,
  };
}

/** Figures of every step up to the end. */
export async function stepsOf(input: TrainingInput, resume = false): Promise<Facts[]> {
  const training = await Training.open(input, resume);
  const steps: Facts[] = [];
  try {
    for await (const event of training.run()) {
      if (event.type !== 'epoch') continue;
      const { step, learning_rate, gradient_norm, train } = event.figures;
      steps.push({ step, rate: learning_rate, norm: gradient_norm, loss: train.loss, ...train.losses });
    }
  } finally {
    await training.close();
  }
  return steps;
}

const VARIANTS: Readonly<Record<string, Partial<TrainSettings>>> = {
  winograd: {},
  conv: { form: 'conv' },
  'accumulated, hard examples': { batch: 8, accumulate: 2, hardShare: 0.25 },
};

export interface TrainingFacts {
  readonly facts: { readonly [variant: string]: Facts };
  /** Digests of the final weights by variant: equal on one kind of processor only. */
  readonly digests: { readonly [variant: string]: Facts };
}

export async function trainingFacts(): Promise<TrainingFacts> {
  const folder = mkdtempSync(join(tmpdir(), 'rr-pins-'));
  const facts: Record<string, Facts> = {};
  const digests: Record<string, Facts> = { processor: processor() };
  try {
    for (const [name, changes] of Object.entries(VARIANTS)) {
      const path = join(folder, `${Object.keys(facts).length}.ckpt`);
      const steps = await stepsOf(await trainingInput(path, ARCHITECTURES.nano, changes));
      const arrays = (await readCheckpoint(path))?.arrays ?? new Map();
      const [weights, ema] = [arrays.get('weights'), arrays.get('ema')];
      facts[name] = { steps, weights: norm(weights), ema: norm(ema), emaToWeights: distance(weights, ema) };
      digests[name] = `${digest(weights)} ${digest(ema)}`;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { facts, digests };
}

/** Names the kind of processor. */
const processor = (): string => digest(`${process.arch} ${cpus()[0]?.model}`);

const norm = (x: Float32Array): number => Math.hypot(...x);
const distance = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((value, i) => value - b[i]));

/** The committed checkpoint, continued. */
export async function resumedFacts(): Promise<Facts> {
  const folder = mkdtempSync(join(tmpdir(), 'rr-pins-'));
  const path = join(folder, 'training.ckpt');
  try {
    copyFileSync(pinFile('training.ckpt'), path);
    return await stepsOf(await trainingInput(path, TINY, { epochs: 8 }), true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

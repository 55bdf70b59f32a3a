/** A small training in a folder of its own, for tests: real games, real graph. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gameConfig } from '../../../src/engine/config-key.ts';
import { specFor } from '../../../src/models/save.ts';
import { ARCHITECTURES, type Architecture } from '../../../src/net/arch/architectures.ts';
import { BOARD_BOXES } from '../../../src/net/arch/boards.ts';
import { initialWeights } from '../../../src/net/arch/parameters.ts';
import { loadTrainingData } from '../../../src/train/data/load.ts';
import type { TrainingRows } from '../../../src/train/data/rows.ts';
import { weighRows } from '../../../src/train/data/weights.ts';
import type { TrainEvent, TrainingEnd, TrainingInput } from '../../../src/train/learn/input.ts';
import type { TrainSettings } from '../../../src/train/learn/settings.ts';
import { Training } from '../../../src/train/learn/training.ts';
import { type ExampleGames, writeExampleNpz } from '../data/example.ts';

/** Far smaller than any real network: for tests of the loop, not of learning. */
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

export const PLAIN: TrainSettings = {
  seed: 7,
  batch: 32,
  accumulate: 1,
  epochs: 2,
  epochSamples: 0,
  learningRate: 2e-3,
  schedule: 'constant',
  warmupSteps: 0,
  minimumRate: 0.01,
  restartEpochs: 1,
  plateauPatience: 1,
  plateauFactor: 0.5,
  weightDecay: 0,
  clipping: 'fixed',
  clipNorm: 5,
  clipFactor: 2,
  emaDecay: 0.9,
  labelSmoothing: 0,
  headWeights: { policy: 1, value: 1, ownership: 0.15, margins: 0.05, plies: 0.05 },
  validation: 0,
  patience: 0,
  uses: 0,
  hardShare: 0,
  symmetry: true,
  weights: { qualityBlend: 0, halfLifeDays: 0, phases: {}, policyRows: 'auto' },
  window: { start: 0, exponent: 0.65, slope: 0.4 },
  checkpointSteps: 1000,
  spikeFactor: 0,
  form: 'winograd',
};

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'rr-train-'));

export interface SetupOptions {
  readonly folder: string;
  readonly games?: Partial<ExampleGames>;
  readonly settings?: Partial<TrainSettings>;
  readonly architecture?: Architecture;
  /** Number of rows to learn from, no position twice; the rest judges. Default: all but the last fifth. */
  readonly learn?: number;
  readonly signal?: AbortSignal;
}

/** What Training.open takes, on real games. */
export async function trainingInput(options: SetupOptions): Promise<TrainingInput> {
  const { folder, learn, architecture = TINY, signal = new AbortController().signal } = options;
  const games: ExampleGames = { board: 'hex8', players: 2, games: 6, seed: 3, sampleEvery: 3, ...options.games };
  const settings = { ...PLAIN, ...options.settings };
  const path = join(folder, 'games.npz');
  await writeExampleNpz(path, games);
  const config = gameConfig(games.board, games.players);
  const data = await loadTrainingData([path], config, settings.window);
  weighRows(data.rows, data.games, settings.weights);
  const all = distinct(data.rows);
  const count = learn ?? Math.floor(0.8 * all.length);
  const spec = specFor(config, architecture);
  return {
    config: config.key,
    spec,
    box: BOARD_BOXES[games.board],
    weights: initialWeights(spec, settings.seed),
    rows: data.rows,
    training: all.subarray(0, count),
    validation: settings.validation > 0 ? all.subarray(count) : new Uint32Array(0),
    settings,
    identity: { data: data.fingerprint, settings },
    checkpointPath: join(folder, 'training.ckpt'),
    threads: 1,
    signal,
  };
}

/** Rows whose position no earlier row has: two targets for one position cannot both be learned. */
function distinct({ count, cells, counters }: TrainingRows): Uint32Array {
  const seen = new Set<string>();
  const rows = Array.from({ length: count }, (_, row) => row).filter((row) => {
    const [bytes, words] = [cells.length / count, counters.length / count];
    const key = `${cells.subarray(row * bytes, (row + 1) * bytes)}|${counters.subarray(row * words, (row + 1) * words)}`;
    return seen.size < seen.add(key).size;
  });
  return Uint32Array.from(rows);
}

export interface Finished {
  readonly training: Training;
  readonly events: readonly TrainEvent[];
  readonly end: TrainingEnd;
  readonly weights: Float32Array;
}

/** Runs a training to its end and closes it. */
export async function runTraining(input: TrainingInput, resume = false): Promise<Finished> {
  const training = await Training.open(input, resume);
  const events: TrainEvent[] = [];
  try {
    const run = training.run();
    for (;;) {
      const { value, done } = await run.next();
      if (done) return { training, events, end: value, weights: training.result.weights.slice() };
      events.push(value);
    }
  } finally {
    await training.close();
  }
}

export { ARCHITECTURES };

/** One `rr train` from its files to a model in the store. */
import { dirname, join } from 'node:path';
import { RrError } from '../../core/errors.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { makeFolder } from '../../io/folder.ts';
import { newModel, saveModel, specFor } from '../../models/save.ts';
import type { ModelFile, ModelStore } from '../../models/store.ts';
import type { Architecture } from '../../net/arch/architectures.ts';
import { BOARD_BOXES } from '../../net/arch/boards.ts';
import { initialWeights } from '../../net/arch/parameters.ts';
import { unusable } from '../../net/arch/usable-weights.ts';
import { checkTrainingMemory } from '../../net/session/memory.ts';
import type { Lease } from '../../state/store/lease.ts';
import { loadTrainingData, type TrainingData } from '../data/load.ts';
import { heldOut } from '../data/split.ts';
import { weighRows } from '../data/weights.ts';
import { type Baselines, baselines } from '../learn/baselines.ts';
import type { TrainEvent, TrainingEnd } from '../learn/input.ts';
import type { EpochFigures } from '../learn/progress.ts';
import type { TrainSettings } from '../learn/settings.ts';
import { Training } from '../learn/training.ts';
import { writeSampleLosses } from '../report/sample-losses.ts';

export interface TrainJob {
  readonly config: GameConfig;
  readonly paths: readonly string[];
  readonly settings: TrainSettings;
  readonly architecture: Architecture;
  /** What to start from; fresh weights when left out. */
  readonly start?: { readonly weights: Float32Array; readonly hash: string };
  readonly resume: boolean;
  /** Of the quality of the data (train/quality); the model notes it. */
  readonly gate: 'passed' | 'skipped';
  readonly threads: number;
  readonly checkpointPath: string;
  readonly signal: AbortSignal;
  readonly lease: Lease;
  /** Where the losses of every sample go, if anywhere. */
  readonly lossesPath?: string | undefined;
  readonly store: ModelStore;
  /** Whether the signal is the end of the time given, so that the weights so far become a model. */
  readonly timeIsUp: () => boolean;
  readonly onData: (data: TrainingData, split: Split, guesses: Baselines | undefined) => Promise<void>;
  /** Validation samples done so far, at the end of an epoch. */
  readonly onValidation: (samples: number, of: number) => void;
  readonly onStep: (step: number, totalSteps: number, samples: number, loss: number) => void;
  readonly onEpoch: (figures: EpochFigures, rates: Rates, partial: boolean) => Promise<void>;
  readonly onRollback: (step: number, why: string) => Promise<void>;
}

/** Numbers of the training rows and of the validation rows. */
export interface Split {
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
}

/** Speed of an epoch's training, validation left out. */
export interface Rates {
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly samplesPerCpuSecond: number;
}

export interface TrainOutcome {
  readonly end: TrainingEnd;
  /** Undefined when the training was interrupted: its checkpoint is there to continue from. */
  readonly model?: ModelFile;
  readonly epochs: readonly EpochFigures[];
  readonly bestEpoch: number;
  readonly step: number;
  readonly samples: number;
}

/** @throws RrError of the data, the checkpoint, the store, and TRAINING_DIVERGED */
export async function train(job: TrainJob): Promise<TrainOutcome> {
  const { config, settings, architecture, signal, checkpointPath } = job;
  const spec = specFor(config, architecture);
  checkTrainingMemory(spec, BOARD_BOXES[config.board], settings.batch);
  const data = await loadTrainingData(job.paths, config, settings.window, settings.rootValueShare);
  weighRows(data.rows, data.games, settings.weights);
  const split = splitRows(data, settings);
  await job.onData(
    data,
    split,
    split.validation.length > 0 ? baselines(data.rows, split.training, split.validation) : undefined,
  );

  makeFolder(dirname(checkpointPath));
  const training = await Training.open(
    {
      config: config.key,
      spec,
      box: BOARD_BOXES[config.board],
      weights: job.start?.weights ?? initialWeights(spec, settings.seed),
      rows: data.rows,
      ...split,
      settings,
      identity: {
        config: config.key,
        architecture: architecture.name,
        start: job.start?.hash ?? 'fresh',
        data: data.fingerprint,
        settings,
      },
      checkpointPath,
      threads: job.threads,
      signal,
    },
    job.resume,
  );
  try {
    const end = await follow(training, job);
    if (end === 'stopped' && (!job.timeIsUp() || training.progress.step === 0)) return outcome(training, end);
    const { weights, epoch } = training.result;
    const what = unusable(spec, weights);
    if (what !== undefined) {
      throw new RrError('TRAINING_DIVERGED', { config: config.key, what, step: training.progress.step, before: '' });
    }
    const model = newModel(config, spec, weights, {
      parent: job.start?.hash,
      training: summaryOf(training, data, job, epoch),
    });
    await job.lease.renew();
    const file = await saveModel(job.store, model);
    if (job.lossesPath !== undefined) {
      const { rows, games } = data;
      const options = { config: config.key, model: file.hash, rows, games, validation: split.validation };
      await writeSampleLosses(job.lossesPath, training, options);
    }
    return { ...outcome(training, end), model: file };
  } finally {
    await training.close();
  }
}

export function splitRows({ rows, games }: TrainingData, { validation, seed }: TrainSettings): Split {
  const held = heldOut(
    games.map(({ id }) => id),
    validation,
    seed,
  );
  const all = Uint32Array.from({ length: rows.count }, (_, row) => row);
  return {
    training: all.filter((row) => held[rows.game[row]] === 0),
    validation: all.filter((row) => held[rows.game[row]] === 1),
  };
}

async function follow(training: Training, job: TrainJob): Promise<TrainingEnd> {
  const clock = new EpochClock();
  const events = training.run();
  for (;;) {
    job.lease.signal.throwIfAborted();
    const { value: event, done } = await events.next();
    if (!done) {
      await tell(event, training, job, clock);
      continue;
    }
    if (event === 'stopped' && job.timeIsUp()) {
      for await (const last of training.closeEpoch()) await tell(last, training, job, clock);
    }
    return event;
  }
}

async function tell(event: TrainEvent, training: Training, job: TrainJob, clock: EpochClock): Promise<void> {
  switch (event.type) {
    case 'step':
      clock.stepped();
      return job.onStep(event.step, training.length.totalSteps, event.samples, event.loss);
    case 'validation':
      return job.onValidation(event.samples, event.of);
    case 'epoch':
      return job.onEpoch(event.figures, clock.end(event.figures.train.samples), event.partial);
    case 'rollback':
      return job.onRollback(event.step, event.why);
  }
}

/** Wall-clock and CPU time from an epoch's start to its last step. */
class EpochClock {
  #startMs = performance.now();
  #startCpu = process.cpuUsage();
  #lastMs = this.#startMs;
  #lastCpu = this.#startCpu;

  stepped(): void {
    this.#lastMs = performance.now();
    this.#lastCpu = process.cpuUsage();
  }

  end(samples: number): Rates {
    const seconds = (this.#lastMs - this.#startMs) / 1000;
    const cpu = (this.#lastCpu.user + this.#lastCpu.system - this.#startCpu.user - this.#startCpu.system) / 1e6;
    this.#startMs = performance.now();
    this.#startCpu = process.cpuUsage();
    return {
      seconds,
      samplesPerSecond: seconds > 0 ? samples / seconds : 0,
      samplesPerCpuSecond: cpu > 0 ? samples / cpu : 0,
    };
  }
}

const outcome = (training: Training, end: TrainingEnd): TrainOutcome => ({
  end,
  epochs: training.progress.epochs,
  bestEpoch: training.result.epoch,
  step: training.progress.step,
  samples: training.progress.samples,
});

/** What the model file says about its making. Hashed, so nothing here depends on the clock or the machine. */
function summaryOf(training: Training, data: TrainingData, { settings, gate }: TrainJob, epoch: number) {
  const { step, samples, epochs } = training.progress;
  const last = epochs.find((figures) => figures.epoch === epoch) ?? epochs.at(-1);
  return {
    seed: settings.seed,
    steps: step,
    samples,
    epoch,
    rows: data.rows.count,
    games: data.games.length,
    data: data.fingerprint,
    gate,
    batch: settings.batch * settings.accumulate,
    lr: settings.learningRate,
    schedule: settings.schedule,
    ...(last && { train: { ...last.train, losses: { ...last.train.losses } } }),
    ...(last?.validation && { validation: { ...last.validation, losses: { ...last.validation.losses } } }),
  };
}

/** Where the checkpoint of a config's training lies. */
export const checkpointOf = (stateFolder: string, config: GameConfig): string =>
  join(stateFolder, 'training', `${config.key}.ckpt`);

/** The record of an epoch. */
export const epochRecord = (figures: EpochFigures, rates: Rates, partial: boolean) => ({
  type: 'epoch' as const,
  ...figures,
  ...(partial && { partial }),
  seconds: round(rates.seconds),
  samples_per_second: round(rates.samplesPerSecond),
  samples_per_cpu_second: round(rates.samplesPerCpuSecond),
});

const round = (value: number): number => Math.round(value * 100) / 100;

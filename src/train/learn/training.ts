/**
 * One training from its first to its last step. Reads like the loop it is:
 *
 *   order the next batches · take one · step · watch for anomalies · at the end of an epoch judge and maybe stop ·
 *   every so many steps write a checkpoint
 *
 * Everything that happens follows from settings, data and starting weights, never from the clock, so a training that
 * was killed continues from its checkpoint to the same weights, bit for bit. Only the signal ends it early.
 */

import { RrError } from '../../core/errors.ts';
import type { NetSpec } from '../../net/arch/architectures.ts';
import type { BoardBox } from '../../net/arch/boards.ts';
import { BatchFeed, type FedBatch, SLOTS } from '../data/feed.ts';
import type { TrainingRows } from '../data/rows.ts';
import { Sampler } from '../data/sampler.ts';
import { LOSSES } from '../graph/losses.ts';
import { type BatchResult, freshState, TrainingSession, type TrainingState } from '../graph/training-session.ts';
import { type Checkpoint, type CheckpointArray, checkIdentity, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { addBatch, freshSums, type Metrics, metricsOf } from './metrics.ts';
import { type EpochFigures, freshProgress, PROGRESS, type TrainingProgress } from './progress.ts';
import { afterEpoch, learningRate, type ScheduleLength } from './schedule.ts';
import type { TrainSettings } from './settings.ts';
import { anomaly, clipLimit, observe } from './watch.ts';

export interface TrainingInput {
  readonly config: string;
  readonly spec: NetSpec;
  readonly box: BoardBox;
  readonly weights: Float32Array;
  readonly rows: TrainingRows;
  /** Row numbers to learn from, and to judge by (may be empty). */
  readonly learned: Uint32Array;
  readonly judged: Uint32Array;
  readonly settings: TrainSettings;
  /** Names everything the training depends on; a checkpoint of another identity is refused. */
  readonly identity: Readonly<Record<string, unknown>>;
  readonly checkpointPath: string;
  readonly threads: number;
  readonly signal: AbortSignal;
}

export type TrainEvent =
  | { readonly type: 'step'; readonly step: number; readonly samples: number; readonly loss: number }
  /** At the end of an epoch: so many of the held-out samples have been judged. */
  | { readonly type: 'judging'; readonly samples: number; readonly of: number }
  | { readonly type: 'epoch'; readonly figures: EpochFigures; readonly partial: boolean }
  | { readonly type: 'went-back'; readonly step: number; readonly why: string };

/** Why run() ended. */
export type TrainingEnd = 'epochs' | 'patience' | 'data' | 'stopped';

/** The rate is multiplied by this after going back to the last checkpoint. */
const RATE_AFTER_GOING_BACK = 0.5;

const STATE_ARRAYS = ['weights', 'm', 'v', 'ema'] as const;

export class Training {
  readonly length: ScheduleLength;
  readonly #input: TrainingInput;
  readonly #session: TrainingSession;
  readonly #feed: BatchFeed;
  #judge: BatchFeed | undefined;
  #sampler: Sampler;
  #progress: TrainingProgress;
  /** Averaged weights of the best epoch so far. */
  #best: Float32Array | undefined;
  /** Loss of each row when it was last learned from; NaN before. Only with hard examples. */
  readonly #rowLoss: Float32Array | undefined;
  /** What to go back to: the state at the last checkpoint. */
  #safe: { readonly state: TrainingState; readonly optimiserStep: number };

  /**
   * A training at its start, or where its checkpoint left it when `resume` is set and there is one.
   * @throws RrError CHECKPOINT_INVALID, CHECKPOINT_MISMATCH
   */
  static async open(input: TrainingInput, resume: boolean): Promise<Training> {
    const checkpoint = resume ? await readCheckpoint(input.checkpointPath) : undefined;
    if (checkpoint) checkIdentity(input.checkpointPath, checkpoint.identity, input.identity);
    return new Training(input, checkpoint);
  }

  private constructor(input: TrainingInput, checkpoint: Checkpoint | undefined) {
    const { spec, box, rows, settings, threads, learned, checkpointPath } = input;
    const { batch, accumulate, epochs, epochSamples, form } = settings;
    this.#input = input;
    const epochSteps = Math.max(1, Math.ceil((epochSamples || learned.length) / (batch * accumulate)));
    this.length = { epochSteps, totalSteps: epochs * epochSteps };
    const state = checkpoint ? stateOf(checkpoint, checkpointPath) : freshState(input.weights);
    this.#session = new TrainingSession({ spec, box, batch, maxMoves: batch * mostMoves(rows), form, threads }, state);
    this.#progress = checkpoint ? progressOf(checkpoint, checkpointPath) : freshProgress();
    this.#best = floats(checkpoint, 'best');
    if (settings.hardShare > 0)
      this.#rowLoss = floats(checkpoint, 'row_loss') ?? new Float32Array(rows.count).fill(Number.NaN);
    this.#feed = this.#newFeed();
    this.#sampler = new Sampler(learned, this.#samplerSettings(), {
      ...this.#progress.sampler,
      order: indices(checkpoint, 'order'),
    });
    this.#orderPending(indices(checkpoint, 'pending') ?? new Uint32Array(0));
    this.#safe = { state: copyOf(state), optimiserStep: this.#progress.optimiserStep };
  }

  get progress(): TrainingProgress {
    return this.#progress;
  }

  /** The weights to keep: the average over the best epoch's steps, or the current one when nothing judges. */
  get result(): { readonly weights: Float32Array; readonly epoch: number } {
    const { best, epoch } = this.#progress;
    if (best && this.#best) return { weights: this.#best, epoch: best.epoch };
    return { weights: this.#session.state.ema, epoch };
  }

  /** Runs to the end, telling about every step and epoch. @throws RrError TRAINING_DIVERGED, DISK_FULL */
  async *run(): AsyncGenerator<TrainEvent, TrainingEnd> {
    const { settings, signal } = this.#input;
    while (this.#progress.epoch < settings.epochs) {
      if (signal.aborted) {
        await this.#save();
        return 'stopped';
      }
      const loss = await this.#step();
      if (loss === undefined) break;
      if (typeof loss === 'string') {
        this.#goBack(loss);
        yield { type: 'went-back', step: this.#progress.step, why: loss };
        continue;
      }
      yield { type: 'step', step: this.#progress.step, samples: this.#progress.samples, loss };
      const epochOver = this.#progress.epochSteps === this.length.epochSteps;
      if (epochOver) {
        yield* this.#endEpoch(false);
        if (this.#patienceOver()) {
          await this.#save();
          return 'patience';
        }
      }
      if (epochOver || this.#progress.step % settings.checkpointSteps === 0) await this.#save();
    }
    if (this.#progress.epoch >= settings.epochs) return 'epochs';
    if (this.#progress.epochSteps > 0) yield* this.#endEpoch(true);
    return 'data';
  }

  /** Judges what was learned since the last epoch's end, for a training that is stopped in the middle of one. */
  async *closeEpoch(): AsyncGenerator<TrainEvent, void> {
    if (this.#progress.epochSteps > 0) yield* this.#endEpoch(true);
  }

  /** Losses by head of `rows` under `weights`, in batches; nothing is learned. */
  async *judge(rows: Uint32Array, weights: Float32Array): AsyncGenerator<{ batch: FedBatch; result: BatchResult }> {
    const { batch } = this.#input.settings;
    this.#judge ??= this.#newFeed();
    const feed = this.#judge;
    let next = 0;
    const order = (): void => {
      while (feed.hasRoom && next < rows.length) {
        feed.order({ list: rows.subarray(next, next + batch), labelSmoothing: 0 });
        next += batch;
      }
    };
    order();
    while (feed.ahead > 0) {
      const ready = await feed.take();
      const result = await this.#session.evaluate(ready.batch, ready.moveCount, weights);
      yield { batch: ready, result };
      feed.release(ready);
      order();
    }
  }

  async close(): Promise<void> {
    await this.#feed.close();
    await this.#judge?.close();
    await this.#session.release();
  }

  /** One optimiser step; its loss, or in words what is wrong with it. Undefined when there are no samples left. */
  async #step(): Promise<number | string | undefined> {
    const { settings } = this.#input;
    const progress = this.#progress;
    const hyper = {
      step: progress.optimiserStep + 1,
      learningRate: progress.rateFactor * learningRate(progress.step, this.length, settings, progress.plateau),
      weightDecay: settings.weightDecay,
      clipNorm: clipLimit(progress.norms, settings),
      emaDecay: emaDecay(settings.emaDecay, progress.optimiserStep),
    };
    const wanted = settings.accumulate;
    let loss = 0;
    let gradientNorm = 0;
    let taken = 0;
    for (; taken < wanted; taken++) {
      this.#orderAhead();
      if (this.#feed.ahead === 0) break;
      const ready = await this.#feed.take();
      this.#fillHeadWeights(ready);
      if (wanted === 1) {
        const result = await this.#session.step(ready.batch, ready.moveCount, hyper);
        gradientNorm = result.gradientNorm;
        loss += this.#note(ready, result);
      } else loss += this.#note(ready, await this.#session.accumulate(ready.batch, ready.moveCount));
      this.#feed.release(ready);
    }
    if (taken === 0) return undefined;
    if (wanted > 1) ({ gradientNorm } = await this.#session.apply({ ...hyper, gradientScale: 1 / taken }));
    loss /= taken;
    progress.step++;
    progress.epochSteps++;
    progress.optimiserStep++;
    const wrong = anomaly(loss, gradientNorm, progress.losses, settings);
    if (wrong !== undefined) return wrong;
    progress.losses = observe(progress.losses, loss);
    progress.norms = observe(progress.norms, Math.min(gradientNorm, hyper.clipNorm));
    progress.normSum += gradientNorm;
    return loss;
  }

  /** Keeps one batch more in the making than the one in use. */
  #orderAhead(): void {
    const { batch, labelSmoothing, symmetry } = this.#input.settings;
    while (this.#feed.hasRoom) {
      const list = this.#sampler.next(batch, this.#rowLoss);
      if (list.length === 0) return;
      const draw = this.#progress.draws++;
      this.#feed.order({ list, labelSmoothing, ...(symmetry && { draw }) });
    }
  }

  #orderPending(rows: Uint32Array): void {
    const { labelSmoothing, symmetry } = this.#input.settings;
    const { pending, draws } = this.#progress;
    let at = 0;
    pending.forEach((length, i) => {
      const draw = draws - pending.length + i;
      this.#feed.order({ list: rows.slice(at, at + length), labelSmoothing, ...(symmetry && { draw }) });
      at += length;
    });
  }

  #fillHeadWeights({ batch }: FedBatch): void {
    const { headWeights } = this.#input.settings;
    batch.headWeights.set(LOSSES.map((name) => headWeights[name]));
  }

  /** Adds a batch to the epoch's figures; its loss. */
  #note(ready: FedBatch, result: BatchResult): number {
    const { headWeights } = this.#input.settings;
    const { batch, moveCount, list } = ready;
    addBatch(this.#progress.sums, batch, moveCount, list.length, result);
    this.#progress.samples += list.length;
    if (this.#rowLoss) {
      const { policy, value } = result.perSample;
      for (let i = 0; i < list.length; i++) {
        const learns = batch.policyWeight[i] > 0 ? headWeights.policy * policy[i] : 0;
        this.#rowLoss[list[i]] = learns + headWeights.value * value[i];
      }
    }
    return result.loss;
  }

  async *#endEpoch(partial: boolean): AsyncGenerator<TrainEvent, void> {
    const { settings, judged } = this.#input;
    const progress = this.#progress;
    progress.epoch++;
    const validation = judged.length > 0 ? yield* this.#metrics(judged) : undefined;
    this.#refuseBroken(validation);
    const train = metricsOf(progress.sums, settings.headWeights);
    const figures: EpochFigures = {
      epoch: progress.epoch,
      step: progress.step,
      samples: progress.samples,
      learning_rate:
        progress.rateFactor * learningRate(Math.max(0, progress.step - 1), this.length, settings, progress.plateau),
      gradient_norm: progress.normSum / Math.max(1, progress.epochSteps),
      train,
      ...(validation && { validation }),
    };
    progress.epochs.push(figures);
    progress.plateau = afterEpoch(progress.plateau, (validation ?? train).loss, settings);
    if (validation && (progress.best === null || validation.loss < progress.best.loss)) {
      progress.best = { epoch: progress.epoch, loss: validation.loss };
      this.#best = this.#session.state.ema.slice();
    }
    progress.sums = freshSums();
    progress.normSum = 0;
    progress.epochSteps = 0;
    yield { type: 'epoch', figures, partial };
  }

  /** The loss of a step is that of the weights before it: what the last step did shows here only. @throws RrError TRAINING_DIVERGED */
  #refuseBroken(validation: Metrics | undefined): void {
    const sound = validation ? Number.isFinite(validation.loss) : this.#session.state.ema.every(Number.isFinite);
    const { config } = this.#input;
    const what = validation ? 'the loss of the held-out samples is no number' : 'weights are no longer numbers';
    if (!sound) throw diverged(config, what, this.#progress.step);
  }

  async *#metrics(rows: Uint32Array): AsyncGenerator<TrainEvent, Metrics> {
    const sums = freshSums();
    let samples = 0;
    for await (const { batch, result } of this.judge(rows, this.#session.state.ema)) {
      addBatch(sums, batch.batch, batch.moveCount, batch.list.length, result);
      samples += batch.list.length;
      yield { type: 'judging', samples, of: rows.length };
    }
    return metricsOf(sums, this.#input.settings.headWeights);
  }

  #patienceOver(): boolean {
    const { patience } = this.#input.settings;
    const { best, epoch } = this.#progress;
    return patience > 0 && best !== null && epoch - best.epoch >= patience;
  }

  /** Back to the weights of the last checkpoint; the data go on, so the step that failed is not repeated. */
  #goBack(why: string): void {
    const { config } = this.#input;
    const progress = this.#progress;
    if (progress.wentBack) throw diverged(config, why, progress.step, ', again after going back once');
    this.#session.state = copyOf(this.#safe.state);
    progress.optimiserStep = this.#safe.optimiserStep;
    progress.wentBack = true;
    progress.rateFactor *= RATE_AFTER_GOING_BACK;
    // what the failed step left in the sums may not be numbers
    progress.sums = freshSums();
    progress.normSum = 0;
    progress.epochSteps = Math.min(progress.epochSteps, this.length.epochSteps - 1);
    this.#rowLoss?.forEach((loss, row, all) => {
      if (!Number.isFinite(loss)) all[row] = Number.NaN;
    });
  }

  async #save(): Promise<void> {
    const { state } = this.#session;
    const progress = this.#progress;
    const { order, ...sampler } = this.#sampler.state;
    const pending = this.#feed.pending;
    progress.sampler = sampler;
    progress.pending = pending.map(({ length }) => length);
    const arrays = new Map<string, CheckpointArray>(STATE_ARRAYS.map((name) => [name, state[name]]));
    arrays.set('pending', concatenated(pending));
    if (this.#best) arrays.set('best', this.#best);
    if (this.#rowLoss) arrays.set('row_loss', this.#rowLoss);
    if (order) arrays.set('order', order);
    await writeCheckpoint(this.#input.checkpointPath, { identity: this.#input.identity, progress, arrays });
    this.#safe = { state: copyOf(state), optimiserStep: progress.optimiserStep };
  }

  #newFeed(): BatchFeed {
    const { rows, settings } = this.#input;
    const slots = Array.from({ length: SLOTS }, () =>
      this.#session.allocateBatch((bytes) => new SharedArrayBuffer(bytes)),
    );
    for (const { headWeights } of slots) headWeights.set(LOSSES.map((name) => settings.headWeights[name]));
    return new BatchFeed(rows, slots, settings.seed);
  }

  #samplerSettings(): { seed: number; maxPasses: number; hardShare: number } {
    const { seed, uses, hardShare } = this.#input.settings;
    return { seed, maxPasses: uses === 0 ? Number.POSITIVE_INFINITY : uses, hardShare };
  }
}

const diverged = (config: string, what: string, step: number, before = ''): RrError =>
  new RrError('TRAINING_DIVERGED', { config, what, step, before });

/** Decay of the average: shorter memory at the start, so that the initial weights are soon forgotten. */
const emaDecay = (decay: number, step: number): number => Math.min(decay, (1 + step) / (10 + step));

/** Legal moves of the sample that has most. */
function mostMoves({ moveStart, count }: TrainingRows): number {
  let most = 1;
  for (let row = 0; row < count; row++) most = Math.max(most, moveStart[row + 1] - moveStart[row]);
  return most;
}

const copyOf = ({ weights, m, v, ema }: TrainingState): TrainingState => ({
  weights: weights.slice(),
  m: m.slice(),
  v: v.slice(),
  ema: ema.slice(),
});

function concatenated(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function floats(checkpoint: Checkpoint | undefined, name: string): Float32Array | undefined {
  const array = checkpoint?.arrays.get(name);
  return array instanceof Float32Array ? array : undefined;
}

function indices(checkpoint: Checkpoint | undefined, name: string): Uint32Array | undefined {
  const array = checkpoint?.arrays.get(name);
  return array instanceof Uint32Array ? array : undefined;
}

function stateOf(checkpoint: Checkpoint, path: string): TrainingState {
  const array = (name: string): Float32Array => {
    const found = floats(checkpoint, name);
    if (found) return found;
    throw new RrError('CHECKPOINT_INVALID', { path, detail: `lacks the array ${name}` });
  };
  return { weights: array('weights'), m: array('m'), v: array('v'), ema: array('ema') };
}

function progressOf({ progress }: Checkpoint, path: string): TrainingProgress {
  const parsed = PROGRESS.safeParse(progress);
  if (parsed.success) return parsed.data;
  throw new RrError('CHECKPOINT_INVALID', { path, detail: 'has a progress that this version does not know' });
}

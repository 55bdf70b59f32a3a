/**
 * One training from its first to its last step. Reads like the loop it is:
 *
 *   order batches · step · watch for anomalies · after an epoch validate and maybe stop · write checkpoints
 *
 * Everything that happens follows from settings, data and starting weights, never from the clock, so a training that
 * was killed continues from its checkpoint to the same weights, bit for bit. Only the signal ends it early.
 */

import { RrError } from '../../core/errors.ts';
import type { BatchFeed, FedBatch } from '../data/feed.ts';
import { Sampler } from '../data/sampler.ts';
import { LOSSES } from '../graph/losses.ts';
import { type BatchResult, freshState, TrainingSession, type TrainingState } from '../graph/training-session.ts';
import { type Checkpoint, type CheckpointArray, checkIdentity, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { maxMovesOf, newFeed, samplerSettings } from './feeding.ts';
import type { TrainEvent, TrainingEnd, TrainingInput } from './input.ts';
import { addBatch, freshSums, type Metrics, metricsOf } from './metrics.ts';
import { type EpochFigures, freshProgress, type TrainingProgress } from './progress.ts';
import { concatenated, copyOf, floats, indices, progressOf, STATE_ARRAYS, stateOf } from './restore.ts';
import { afterEpoch, emaDecay, learningRate, type ScheduleLength } from './schedule.ts';
import { Validation } from './validation.ts';
import { anomaly, clipLimit, observe } from './watch.ts';

/** The rate is multiplied by this after a rollback to the last checkpoint. */
const RATE_AFTER_ROLLBACK = 0.5;

export class Training {
  readonly length: ScheduleLength;
  readonly #input: TrainingInput;
  readonly #session: TrainingSession;
  readonly #feed: BatchFeed;
  #validation: Validation | undefined;
  #sampler: Sampler;
  #progress: TrainingProgress;
  /** Averaged weights of the best epoch so far. */
  #best: Float32Array | undefined;
  /** Loss of each row at its last training step; NaN before. Only with hard examples. */
  readonly #rowLoss: Float32Array | undefined;
  /** What a rollback restores: the state at the last checkpoint. */
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
    const { spec, box, rows, settings, threads, training, checkpointPath } = input;
    const { batch, accumulate, epochs, epochSamples, form } = settings;
    this.#input = input;
    const epochSteps = Math.max(1, Math.ceil((epochSamples || training.length) / (batch * accumulate)));
    this.length = { epochSteps, totalSteps: epochs * epochSteps };
    const state = checkpoint ? stateOf(checkpoint, checkpointPath) : freshState(input.weights);
    this.#session = new TrainingSession({ spec, box, batch, maxMoves: batch * maxMovesOf(rows), form, threads }, state);
    this.#progress = checkpoint ? progressOf(checkpoint, checkpointPath) : freshProgress();
    this.#best = floats(checkpoint, 'best');
    if (settings.hardShare > 0)
      this.#rowLoss = floats(checkpoint, 'row_loss') ?? new Float32Array(rows.count).fill(Number.NaN);
    this.#feed = newFeed(this.#session, this.#input);
    this.#sampler = new Sampler(training, samplerSettings(settings), {
      ...this.#progress.sampler,
      order: indices(checkpoint, 'order'),
    });
    this.#orderPending(indices(checkpoint, 'pending') ?? new Uint32Array(0));
    this.#safe = { state: copyOf(state), optimiserStep: this.#progress.optimiserStep };
  }

  get progress(): TrainingProgress {
    return this.#progress;
  }

  /** The weights to keep: the average over the best epoch's steps, or the current one without validation. */
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
        this.#rollBack(loss);
        yield { type: 'rollback', step: this.#progress.step, why: loss };
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

  /** Ends the epoch early, for a training that is stopped in the middle of one. */
  async *closeEpoch(): AsyncGenerator<TrainEvent, void> {
    if (this.#progress.epochSteps > 0) yield* this.#endEpoch(true);
  }

  /** Evaluates rows; made when first needed, for it has buffers of its own. */
  get validation(): Validation {
    const { batch } = this.#input.settings;
    this.#validation ??= new Validation(this.#session, newFeed(this.#session, this.#input), batch);
    return this.#validation;
  }

  async close(): Promise<void> {
    await this.#feed.close();
    await this.#validation?.close();
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
    const { settings } = this.#input;
    const progress = this.#progress;
    progress.epoch++;
    const validation =
      this.#input.validation.length > 0
        ? yield* this.validation.metrics(this.#input.validation, this.#session.state.ema, settings.headWeights)
        : undefined;
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

  #patienceOver(): boolean {
    const { patience } = this.#input.settings;
    const { best, epoch } = this.#progress;
    return patience > 0 && best !== null && epoch - best.epoch >= patience;
  }

  /** Back to the weights of the last checkpoint; the data continue, so the step that failed is not repeated. */
  #rollBack(why: string): void {
    const { config } = this.#input;
    const progress = this.#progress;
    if (progress.wentBack) throw diverged(config, why, progress.step, ', again after going back once');
    this.#session.state = copyOf(this.#safe.state);
    progress.optimiserStep = this.#safe.optimiserStep;
    progress.wentBack = true;
    progress.rateFactor *= RATE_AFTER_ROLLBACK;
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
}

const diverged = (config: string, what: string, step: number, before = ''): RrError =>
  new RrError('TRAINING_DIVERGED', { config, what, step, before });

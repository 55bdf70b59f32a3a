/**
 * Learning as a value: weights, moments and their average in flat vectors, and the calls that move them on. Every call
 * blocks its thread while the runtime computes. Outputs are written into the second of two buffer sets, which then swap
 * places: nothing is allocated per step, and a step that throws leaves the state as it was.
 */
import * as ort from 'onnxruntime-node';
import type { NetSpec } from '../../net/arch/architectures.ts';
import type { BoardBox } from '../../net/arch/boards.ts';
import { parametersOf } from '../../net/arch/parameters.ts';
import type { TileSize } from '../../net/lower/winograd-matrices.ts';
import { createRuntimeSession, MOVE_WIDTH, type Provider } from '../../net/session/session.ts';
import { HYPER_SIZE, hyperVector, type StepSettings } from './adamw.ts';
import { allocateBatch, type TrainingBatch } from './batch.ts';
import { LOSSES, type LossName } from './losses.ts';
import { type GraphKind, type TrainingForm, trainingGraph } from './training-graph.ts';

export interface TrainingOptions {
  readonly spec: NetSpec;
  readonly box: BoardBox;
  readonly batch: number;
  readonly maxMoves: number;
  readonly form?: TrainingForm;
  readonly tile?: TileSize;
  readonly threads?: number;
  readonly provider?: Provider;
}

/** The state that a checkpoint holds; the step count is the trainer's. */
export interface TrainingState {
  weights: Float32Array;
  m: Float32Array;
  v: Float32Array;
  /** Exponential moving average of the weights. */
  ema: Float32Array;
}

const STATE_NAMES = ['weights', 'm', 'v', 'ema'] as const;

/** What a batch gave. The arrays are reused by the next call: copy what should last. */
export interface BatchResult {
  /** Weighted sum of all losses, averaged over the batch. */
  readonly loss: number;
  /** Unweighted loss of each sample, [N] by head. */
  readonly perSample: Readonly<Record<LossName, Float32Array>>;
  /** [moveCount] policy logits before the step. */
  readonly logits: Float32Array;
  /** [N, P] value probabilities before the step. */
  readonly value: Float32Array;
}

/** A state for fresh weights: moments zero, average equal to the weights. */
export function freshState(weights: Float32Array): TrainingState {
  return {
    weights: weights.slice(),
    m: new Float32Array(weights.length),
    v: new Float32Array(weights.length),
    ema: weights.slice(),
  };
}

export class TrainingSession {
  /** The current state; its arrays change places with hidden ones at every step, so read it anew each time. */
  state: TrainingState;
  readonly options: Required<Pick<TrainingOptions, 'form' | 'threads' | 'provider'>> & TrainingOptions;
  readonly #sessions = new Map<GraphKind, Promise<ort.InferenceSession>>();
  #spare: TrainingState;
  #gradient: Float32Array;
  #gradientSpare: Float32Array;
  readonly #perSample: Record<LossName, Float32Array>;
  readonly #logits: Float32Array;
  readonly #value: Float32Array;
  readonly #loss = new Float32Array(1);
  readonly #norm = new Float32Array(1);
  readonly #size: number;

  /** Graphs are built and loaded when first used. @throws RangeError when the state is not of the network's size */
  constructor(options: TrainingOptions, state: TrainingState) {
    const { spec, batch, maxMoves } = options;
    this.options = { form: 'winograd', threads: 1, provider: 'cpu', ...options };
    this.#size = parametersOf(spec).size;
    for (const name of STATE_NAMES) {
      if (state[name].length !== this.#size)
        throw new RangeError(`state.${name} has ${state[name].length} values, not ${this.#size}`);
    }
    this.state = state;
    this.#spare = freshState(new Float32Array(this.#size));
    this.#gradient = new Float32Array(this.#size);
    this.#gradientSpare = new Float32Array(this.#size);
    this.#perSample = {
      policy: new Float32Array(batch),
      value: new Float32Array(batch),
      ownership: new Float32Array(batch),
      margins: new Float32Array(batch),
      plies: new Float32Array(batch),
    };
    this.#logits = new Float32Array(maxMoves);
    this.#value = new Float32Array(batch * spec.players);
  }

  /** A batch of the session's shape. */
  allocateBatch(allocate?: (bytes: number) => ArrayBuffer | SharedArrayBuffer): TrainingBatch {
    const { spec, box, form, batch, maxMoves } = this.options;
    return allocateBatch({ spec, box, form, size: batch, maxMoves }, allocate);
  }

  /** One optimiser step on one batch. `gradientNorm` is the global norm before clipping. */
  async step(
    batch: TrainingBatch,
    moveCount: number,
    settings: StepSettings,
  ): Promise<BatchResult & { readonly gradientNorm: number }> {
    await this.#run(
      'step',
      { ...this.#batchFeeds(batch, moveCount), ...this.#stateFeeds(settings) },
      {
        ...this.#resultFetches(moveCount),
        ...this.#stateFetches(),
      },
    );
    this.#swapState();
    return { ...this.#result(moveCount), gradientNorm: this.#norm[0] ?? 0 };
  }

  /** Adds a batch's gradient to the accumulated one; no weight changes. */
  async accumulate(batch: TrainingBatch, moveCount: number): Promise<BatchResult> {
    const feeds = { ...this.#batchFeeds(batch, moveCount), gradient: this.#vector(this.#gradient) };
    await this.#run(
      'accumulate',
      { ...feeds, weights: this.#vector(this.state.weights) },
      {
        ...this.#resultFetches(moveCount),
        gradient_next: this.#vector(this.#gradientSpare),
      },
    );
    [this.#gradient, this.#gradientSpare] = [this.#gradientSpare, this.#gradient];
    return this.#result(moveCount);
  }

  /** The gradient accumulated so far, [P]: a view, changed by the next call. */
  get gradient(): Float32Array {
    return this.#gradient;
  }

  /** One optimiser step with the accumulated gradient, which is then cleared. */
  async apply(settings: StepSettings): Promise<{ readonly gradientNorm: number }> {
    const feeds = { ...this.#stateFeeds(settings), gradient: this.#vector(this.#gradient) };
    await this.#run('apply', feeds, this.#stateFetches());
    this.#swapState();
    this.#gradient.fill(0);
    return { gradientNorm: this.#norm[0] ?? 0 };
  }

  /** Losses of a batch without learning from it. @param weights default: the current weights */
  async evaluate(batch: TrainingBatch, moveCount: number, weights = this.state.weights): Promise<BatchResult> {
    const feeds = { ...this.#batchFeeds(batch, moveCount), weights: this.#vector(weights) };
    await this.#run('evaluate', feeds, this.#resultFetches(moveCount));
    return this.#result(moveCount);
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }

  async #run(kind: GraphKind, feeds: Record<string, ort.Tensor>, fetches: Record<string, ort.Tensor>): Promise<void> {
    let session = this.#sessions.get(kind);
    if (!session) {
      const { spec, box, batch, form, tile, threads, provider } = this.options;
      session = createRuntimeSession(trainingGraph({ kind, spec, box, batch, form, tile }), threads, provider);
      this.#sessions.set(kind, session);
    }
    await (await session).run(feeds, fetches);
  }

  #vector(data: Float32Array): ort.Tensor {
    return new ort.Tensor('float32', data, [this.#size]);
  }

  #stateFeeds(settings: StepSettings): Record<string, ort.Tensor> {
    const { weights, m, v, ema } = this.state;
    return {
      weights: this.#vector(weights),
      m: this.#vector(m),
      v: this.#vector(v),
      ema: this.#vector(ema),
      hyper: new ort.Tensor('float32', hyperVector(settings), [HYPER_SIZE]),
    };
  }

  #stateFetches(): Record<string, ort.Tensor> {
    const { weights, m, v, ema } = this.#spare;
    return {
      weights_next: this.#vector(weights),
      m_next: this.#vector(m),
      v_next: this.#vector(v),
      ema_next: this.#vector(ema),
      gradient_norm: new ort.Tensor('float32', this.#norm, []),
    };
  }

  #swapState(): void {
    [this.state, this.#spare] = [this.#spare, this.state];
  }

  #batchFeeds(batch: TrainingBatch, moveCount: number): Record<string, ort.Tensor> {
    const { spec, box, form, batch: n } = this.options;
    const { height, width } = box;
    if (batch.size !== n) throw new RangeError(`a batch of ${batch.size} does not fit a session of ${n}`);
    if (moveCount < 1 || moveCount > batch.maxMoves)
      throw new RangeError(`${moveCount} moves are not in 1..${batch.maxMoves}`);
    const floats = (data: Float32Array, dims: number[]): ort.Tensor => new ort.Tensor('float32', data, dims);
    return {
      x: floats(batch.x, form === 'winograd' ? [height, width, n, spec.planes] : [n, spec.planes, height, width]),
      moves: new ort.Tensor('int32', batch.moves.subarray(0, moveCount * MOVE_WIDTH), [moveCount, MOVE_WIDTH]),
      move_scalars: floats(batch.moveScalars.subarray(0, moveCount), [moveCount]),
      policy_target: floats(batch.policyTarget.subarray(0, moveCount), [moveCount]),
      policy_weight: floats(batch.policyWeight, [n]),
      value_target: floats(batch.valueTarget, [n, spec.players]),
      value_weight: floats(batch.valueWeight, [n]),
      ownership_target: new ort.Tensor('int32', batch.ownershipTarget, [n, height * width]),
      margins_target: floats(batch.marginsTarget, [n, 2, spec.players]),
      plies_target: floats(batch.pliesTarget, [n]),
      auxiliary_weight: floats(batch.auxiliaryWeight, [n]),
      head_weights: floats(batch.headWeights, [LOSSES.length]),
    };
  }

  #resultFetches(moveCount: number): Record<string, ort.Tensor> {
    const { batch, spec } = this.options;
    const fetches: Record<string, ort.Tensor> = {
      loss: new ort.Tensor('float32', this.#loss, []),
      logits: new ort.Tensor('float32', this.#logits.subarray(0, moveCount), [moveCount]),
      value: new ort.Tensor('float32', this.#value, [batch, spec.players]),
    };
    for (const name of LOSSES) fetches[`loss_${name}`] = new ort.Tensor('float32', this.#perSample[name], [batch]);
    return fetches;
  }

  #result(moveCount: number): BatchResult {
    return {
      loss: this.#loss[0] ?? 0,
      perSample: this.#perSample,
      logits: this.#logits.subarray(0, moveCount),
      value: this.#value,
    };
  }
}

/**
 * A network ready to answer: one runtime session, buffers allocated once, one call per batch.
 *
 * `run` blocks its thread for the whole computation (the runtime's Node binding computes inside the call, and two calls
 * never overlap), so a session lives in a worker thread. On CPUs give every worker its own one-thread session and about
 * 16 positions a call; results do not depend on what else is in the batch.
 */
import * as ort from 'onnxruntime-node';
import { RrError } from '../../core/errors.ts';
import type { BoardBox } from '../arch/boards.ts';
import { type NetModel, specOf } from '../arch/metadata.ts';
import type { ActivationRanges } from '../lower/int8.ts';
import { type FormName, type InputLayout, inputLayoutOf, lower } from '../lower/lower.ts';
import { type Head, outputShape } from '../lower/outputs.ts';
import type { TileSize } from '../lower/winograd-matrices.ts';
import { checkSessionMemory } from './memory.ts';

export const PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface SessionOptions {
  readonly box: BoardBox;
  /** Default: `winograd` on the CPU, `conv` elsewhere. */
  readonly form?: FormName;
  /** Largest number of positions in one run. */
  readonly maxBatch: number;
  /** Largest number of legal moves of all positions of one run together. */
  readonly maxMoves: number;
  /** Outputs to compute; heads left out cost nothing. Default: logits and value. */
  readonly heads?: readonly Head[];
  /** Every run has exactly maxBatch positions (GPUs: no new shapes at run time). */
  readonly fixedBatch?: boolean;
  readonly threads?: number;
  readonly provider?: Provider;
  /** Device number of a GPU. */
  readonly device?: number;
  readonly tile?: TileSize;
  /** For `int8`: see calibrate in lower/calibrate.ts. */
  readonly ranges?: ActivationRanges;
  /** Memory of the input and output buffers, e.g. a SharedArrayBuffer; default ArrayBuffer. */
  readonly allocate?: (bytes: number) => ArrayBuffer | SharedArrayBuffer;
}

/**
 * Where in `x` a value goes: x[sample·strides.sample + cell·strides.cell + plane·strides.plane], cell = y·W + x.
 * The strides hold for the life of the session, whatever the batch size of a run.
 */
export interface InputStrides {
  readonly sample: number;
  readonly cell: number;
  readonly plane: number;
}

/** Columns of a row of `moves`: sample, kind, from, to, third cell. */
export const MOVE_WIDTH = 5;

/** Options of the runtime for sessions that share a machine with others: no busy waiting between operators. */
export function runtimeOptions(
  threads: number,
  provider: Provider = 'cpu',
  device = 0,
): ort.InferenceSession.SessionOptions {
  const executionProviders: ort.InferenceSession.ExecutionProviderConfig[] =
    provider === 'cuda' ? [{ name: 'cuda', deviceId: device }] : [provider];
  return {
    executionProviders,
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Planned memory is kept per combination of input shapes; the number of moves differs at every run, so planning
    // only costs: without it a training step needs half the memory at the same speed.
    enableMemPattern: false,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

/** @throws RrError PROVIDER_MISSING when the runtime lacks the provider or its libraries. */
export async function createRuntimeSession(
  bytes: Uint8Array,
  threads: number,
  provider: Provider = 'cpu',
  device = 0,
): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(bytes, runtimeOptions(threads, provider, device));
  } catch (cause) {
    if (provider === 'cpu') throw cause;
    const detail = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
    throw new RrError('PROVIDER_MISSING', { provider, detail }, { cause });
  }
}

/** A loaded graph and how many use it. */
interface Loaded {
  readonly session: ort.InferenceSession;
  users: number;
}

export class NetSession {
  /** Input planes; see strides. What is in it after a run is undefined. */
  readonly x: Float32Array;
  readonly strides: InputStrides;
  readonly layout: InputLayout;
  /** Rows of MOVE_WIDTH: sample, kind, from, to, third; a missing cell is −1. Rows of a sample need not be adjacent. */
  readonly moves: Int32Array;
  /** One number per move (size of a region, a count, an option): see the policy layout. */
  readonly moveScalars: Float32Array;
  readonly maxBatch: number;
  readonly maxMoves: number;
  readonly form: FormName;
  /** The provider that runs the graph. */
  readonly provider: Provider;
  readonly heads: readonly Head[];
  readonly #loaded: Loaded;
  readonly #outputs: ReadonlyMap<Head, Float32Array>;
  readonly #box: BoardBox;
  readonly #planes: number;
  readonly #players: number;
  readonly #fixedBatch: boolean;

  /** Use NetSession.create. */
  private constructor(loaded: Loaded, model: NetModel, form: FormName, options: SessionOptions) {
    const { box, maxBatch, maxMoves, heads = ['logits', 'value'], provider = 'cpu' } = options;
    const { allocate = (bytes: number) => new ArrayBuffer(bytes) } = options;
    const { planes, players } = model.metadata;
    const area = box.height * box.width;
    this.#loaded = loaded;
    this.#box = box;
    this.#planes = planes;
    this.#players = players;
    this.#fixedBatch = options.fixedBatch ?? false;
    this.form = form;
    this.provider = provider;
    this.heads = heads;
    this.maxBatch = maxBatch;
    this.maxMoves = maxMoves;
    this.layout = inputLayoutOf(form);
    this.strides =
      this.layout === 'hwnc'
        ? { sample: planes, cell: maxBatch * planes, plane: 1 }
        : { sample: planes * area, cell: 1, plane: area };
    this.x = new Float32Array(allocate(4 * maxBatch * planes * area));
    this.moves = new Int32Array(allocate(4 * maxMoves * MOVE_WIDTH));
    this.moveScalars = new Float32Array(allocate(4 * maxMoves));
    this.#outputs = new Map(
      heads.map((head) => {
        const shape = outputShape(head, players, [maxBatch, maxMoves, box.height, box.width]);
        const size = shape.reduce<number>((product, dim) => product * Number(dim), 1);
        return [head, new Float32Array(allocate(4 * size))];
      }),
    );
  }

  /**
   * Lowers the model for a board and loads it.
   * @throws RrError MODEL_INCOMPATIBLE when the board is of another family, BATCH_TOO_LARGE, PROVIDER_MISSING
   */
  static async create(model: NetModel, options: SessionOptions): Promise<NetSession> {
    const [session] = await NetSession.createSeveral(model, options, 1);
    return session;
  }

  /**
   * The same with several sets of buffers round one loaded graph: weights and device memory are there once. Each is
   * filled and run independently and released by itself. At least one.
   */
  static async createSeveral(
    model: NetModel,
    options: SessionOptions,
    count: number,
  ): Promise<[NetSession, ...NetSession[]]> {
    const { box, provider = 'cpu', threads = 1, device = 0, heads = ['logits', 'value'], tile, ranges } = options;
    const form = options.form ?? (provider === 'cpu' ? 'winograd' : 'conv');
    if (box.family !== model.metadata.family) {
      const detail = `a model of the ${model.metadata.family} family cannot play ${box.name}`;
      throw new RrError('MODEL_INCOMPATIBLE', { where: model.metadata.config, detail });
    }
    const { maxBatch, maxMoves } = options;
    checkSessionMemory(model, { box, maxBatch, maxMoves, onCpu: provider === 'cpu', sets: count });
    const batch = options.fixedBatch ? options.maxBatch : undefined;
    const spec = specOf(model.metadata);
    const bytes = lower({ spec, weights: model.weights, box, form, heads, batch, tile, ranges });
    const session = await createRuntimeSession(bytes, threads, provider, device);
    const loaded = { session, users: Math.max(1, count) };
    const another = (): NetSession => new NetSession(loaded, model, form, options);
    return [another(), ...Array.from({ length: count - 1 }, another)];
  }

  /** A head's buffer, row-major as outputShape says, overwritten by every run. @throws TypeError for a head left out. */
  output(head: Head): Float32Array {
    const buffer = this.#outputs.get(head);
    if (!buffer) throw new TypeError(`the session was made without the head '${head}'`);
    return buffer;
  }

  /**
   * Evaluates the first `batch` positions of `x` and the first `moveCount` rows of `moves`; the results are in
   * output(head). Blocks the thread. With fixedBatch, the positions beyond `batch` are evaluated and ignored.
   */
  async run(batch: number, moveCount: number): Promise<void> {
    if (batch < 1 || batch > this.maxBatch) throw new RangeError(`batch ${batch} is not in 1..${this.maxBatch}`);
    if (moveCount < 1 || moveCount > this.maxMoves)
      throw new RangeError(`${moveCount} moves are not in 1..${this.maxMoves}`);
    const n = this.#fixedBatch ? this.maxBatch : batch;
    const { height, width } = this.#box;
    const area = height * width;
    if (this.layout === 'hwnc' && n < this.maxBatch) this.#closeRanks(n);
    const dims = this.layout === 'hwnc' ? [height, width, n, this.#planes] : [n, this.#planes, height, width];
    const feeds = {
      x: new ort.Tensor('float32', this.x.subarray(0, n * this.#planes * area), dims),
      moves: new ort.Tensor('int32', this.moves.subarray(0, moveCount * MOVE_WIDTH), [moveCount, MOVE_WIDTH]),
      move_scalars: new ort.Tensor('float32', this.moveScalars.subarray(0, moveCount), [moveCount]),
    };
    const fetches: Record<string, ort.Tensor> = {};
    for (const [head, buffer] of this.#outputs) {
      const shape = outputShape(head, this.#players, [n, moveCount, height, width]).map(Number);
      const size = shape.reduce((product, dim) => product * dim, 1);
      fetches[head] = new ort.Tensor('float32', buffer.subarray(0, size), shape);
    }
    await this.#loaded.session.run(feeds, fetches);
  }

  async release(): Promise<void> {
    if (--this.#loaded.users === 0) await this.#loaded.session.release();
  }

  /** Moves the rows of the first `batch` positions together: cell by cell, since positions sit inside cells. */
  #closeRanks(batch: number): void {
    const row = batch * this.#planes;
    const cells = this.#box.height * this.#box.width;
    for (let cell = 1; cell < cells; cell++) {
      const start = cell * this.strides.cell;
      this.x.copyWithin(cell * row, start, start + row);
    }
  }
}

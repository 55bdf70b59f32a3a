/**
 * A network as an evaluator: one loaded graph, buffers for each of its batches, positions encoded straight into its input buffers.
 *
 * `run` computes inside the call and blocks its thread although it returns a promise, so it belongs into a worker thread.
 * On CPUs give every worker its own evaluator with one thread and about 16 positions a batch.
 */

import { RrError } from '../../core/errors.ts';
import type { Rules } from '../../engine/rules.ts';
import { BOARD_BOXES } from '../../net/arch/boards.ts';
import type { NetModel } from '../../net/arch/metadata.ts';
import { RR1_ENCODER } from '../../net/encode/rr1/features.ts';
import { RR1_POLICY } from '../../net/encode/rr1/moves.ts';
import type { FormName } from '../../net/lower/lower.ts';
import { NetSession, type Provider } from '../../net/session/session.ts';
import { EncodedBatch } from './encoded-batch.ts';
import type { EvaluationBatch, Evaluator } from './evaluator.ts';

export interface NetworkOptions {
  /** Content hash of the model: the evaluator's identity. */
  readonly hash: string;
  /** Positions per batch at most. */
  readonly batch: number;
  /** Batches that may be filled or run independently: one set of buffers each. */
  readonly batches?: number;
  readonly provider?: Provider;
  readonly device?: number;
  readonly form?: FormName;
  readonly threads?: number;
  /** Let a model play another board of its family than the one it was trained for. */
  readonly anyBoard?: boolean;
}

/** Room for legal moves, per position of a batch on average; a single position may use the room of the others. */
export const MOVES_PER_POSITION = { square8: 1024, hex8: 1024, square19: 4096, hexagonal: 4096 } as const;

export class NetworkEvaluator implements Evaluator {
  readonly rules: Rules;
  readonly id: string;
  readonly provider: string;
  readonly preferredBatch: number;
  readonly #sessions: readonly NetSession[];
  #handedOut = 0;

  /** Use NetworkEvaluator.create. */
  private constructor(rules: Rules, sessions: readonly NetSession[], options: NetworkOptions) {
    this.rules = rules;
    this.#sessions = sessions;
    this.id = options.hash;
    this.provider = sessions[0].provider;
    this.preferredBatch = options.batch;
  }

  /** @throws RrError MODEL_INCOMPATIBLE, PROVIDER_MISSING */
  static async create(model: NetModel, rules: Rules, options: NetworkOptions): Promise<NetworkEvaluator> {
    checkModel(model, rules, options);
    const sessions = await NetSession.createSeveral(
      model,
      {
        box: BOARD_BOXES[rules.board],
        form: options.form,
        maxBatch: options.batch,
        maxMoves: options.batch * MOVES_PER_POSITION[rules.board],
        provider: options.provider,
        device: options.device,
        threads: options.threads,
        fixedBatch: (options.provider ?? 'cpu') !== 'cpu',
      },
      options.batches ?? 1,
    );
    return new NetworkEvaluator(rules, sessions, options);
  }

  createBatch(capacity: number): EvaluationBatch {
    const session = this.#sessions[this.#handedOut];
    if (!session || capacity > session.maxBatch) {
      throw new RangeError(`this evaluator has ${this.#sessions.length} batches of ${this.preferredBatch} positions`);
    }
    this.#handedOut++;
    return new NetworkBatch(capacity, this.rules, session);
  }

  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.release()));
  }
}

/** @throws RrError MODEL_INCOMPATIBLE naming what does not fit */
export function checkModel(
  { metadata }: NetModel,
  rules: Rules,
  { anyBoard = false, hash }: Pick<NetworkOptions, 'anyBoard' | 'hash'>,
): void {
  const refuse = (detail: string): never => {
    throw new RrError('MODEL_INCOMPATIBLE', { where: hash.slice(0, 12), detail });
  };
  const wanted = `${rules.board}_${rules.players}p`;
  if (metadata.players !== rules.players || (!anyBoard && metadata.config !== wanted)) {
    refuse(`it was trained for ${metadata.config}, not for ${wanted}`);
  }
  if (metadata.encoder !== RR1_ENCODER || metadata.policy !== RR1_POLICY) {
    refuse(`it reads encoder ${metadata.encoder} and policy ${metadata.policy}; rr plays with rr1`);
  }
}

class NetworkBatch extends EncodedBatch implements EvaluationBatch {
  readonly #session: NetSession;

  constructor(capacity: number, rules: Rules, session: NetSession) {
    super(capacity, rules.players, session);
    this.#session = session;
  }

  async run(): Promise<void> {
    if (this.count === 0) return;
    await this.#session.run(this.count, this.moveCount);
    this.takeAnswers(this.#session.output('logits'), this.#session.output('value'));
  }
}

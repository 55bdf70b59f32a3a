/** What one measuring thread is told: plain data. */

import type { Rules } from '../../engine/rules.ts';
import { createRules } from '../../engine/rules.ts';
import type { NetModel } from '../../net/arch/metadata.ts';
import type { Provider } from '../../net/session/session.ts';
import type { Evaluator } from '../../search/evaluators/evaluator.ts';
import { NetworkEvaluator } from '../../search/evaluators/network.ts';
import type { PlayBenchOptions } from './play-bench.ts';

/** The network to measure with and where it runs. */
export interface BenchNetwork {
  readonly model: NetModel;
  readonly hash: string;
  readonly provider: Provider;
  readonly device: number;
}

export interface PlayJob {
  readonly board: Rules['board'];
  readonly players: Rules['players'];
  readonly network: BenchNetwork;
  readonly play: PlayBenchOptions;
  /** Threads that have not loaded their network yet: none begins before it is 0. Shared memory, one word. */
  readonly loading: Int32Array;
}

export const rulesOfJob = ({ board, players }: PlayJob): Rules => createRules(board, players);

/** A network of this thread alone. @throws RrError MODEL_INCOMPATIBLE, PROVIDER_MISSING */
export const openBenchNetwork = (
  { model, hash, provider, device }: BenchNetwork,
  rules: Rules,
  batch: number,
): Promise<Evaluator> => NetworkEvaluator.create(model, rules, { hash, provider, device, batch, threads: 1 });

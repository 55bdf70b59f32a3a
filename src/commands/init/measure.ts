/** The measurements behind the settings of `rr init`: a network's searches, and games without one. */
import { resolveSettings } from '../../config/settings.ts';
import type { Settings } from '../../config/topics.ts';
import type { MeasuredRates } from '../../control/first-settings/round-amounts.ts';
import { DEFAULT_CACHE } from '../../search/evaluators/cached.ts';
import { gameRate } from '../../selfplay/bench/game-rate.ts';
import { planRun } from '../../selfplay/run/plan.ts';
import { freshNetwork } from '../bench/fresh-network.ts';
import { type Advice, measureNetwork, type NetworkBench } from '../bench/search-network.ts';
import { type ChosenProvider, chooseProvider } from '../cli/choose-provider.ts';
import type { Answers } from './questions.ts';

/** Batch sizes worth trying. */
const BATCHES = { cpu: [8, 16, 32], gpu: [64, 128, 256] };

/** Games in flight worth trying, per place of a batch. */
const FLIGHTS = [1, 2];

/** Games of the heuristic before they are timed: on large boards each takes seconds. */
const WARM_GAMES = 1;

export interface Measured {
  readonly advice: Advice;
  readonly rates: MeasuredRates;
  readonly chosen: ChosenProvider;
}

export interface MeasureOptions {
  /** Per case. */
  readonly seconds: number;
  readonly stopped: () => boolean;
  /** A case has been measured. */
  readonly onCase: () => void;
  readonly say: (text: string) => void;
}

const workersFor = (cores: number): number[] => [...new Set([1, cores])];

/** Cases of `measure`: batches, the best of them without a cache, workers, the heuristic. */
export const measuredCases = (cores: number): number =>
  BATCHES.cpu.length * FLIGHTS.length + 1 + workersFor(cores).length + 1;

/** @throws RrError GPU_REQUIRED when the answers want a graphics card and none works */
export async function measure(
  { game, cores, gpu }: Answers,
  loop: Settings<'loop'>,
  { seconds, stopped, onCase, say }: MeasureOptions,
): Promise<Measured> {
  const model = freshNetwork(game, loop.arch);
  const chosen = await chooseProvider({ device: 0, 'require-gpu': gpu }, model, game.board, say);
  const bench: NetworkBench = {
    config: game,
    label: game.key,
    network: { model, hash: model.hash, ...chosen },
    simulations: loop.budget[game.key] ?? 0,
    batches: gpu ? BATCHES.gpu : BATCHES.cpu,
    flights: FLIGHTS,
    cache: DEFAULT_CACHE.entries,
    workers: workersFor(cores),
    ...{ seconds, stopped, onCase },
  };
  const { advice, simulationsPerSecond } = await measureNetwork(bench);
  const { settings } = resolveSettings('selfplay', { flags: { engine: 'heuristic' } });
  const { spec } = planRun(game, settings, { engine: 'heuristic', mixBy: 'seat', seed: 1 });
  const { gamesPerSecond, decisions } = await gameRate(spec, seconds, WARM_GAMES);
  onCase();
  const rates = { simulationsPerSecond, heuristicGamesPerSecond: gamesPerSecond * cores, decisionsPerGame: decisions };
  return { advice, rates, chosen };
}

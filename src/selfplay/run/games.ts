/** The games of a self-play worker, and what its players evaluate with. */
import type { Rules } from '../../engine/rules.ts';
import { BUDGETS } from '../../search/budget.ts';
import type { Evaluator } from '../../search/evaluators/evaluator.ts';
import { FormulaEvaluator } from '../../search/evaluators/formula.ts';
import { SymmetricEvaluator } from '../../search/evaluators/symmetric.ts';
import { type PlayerResources, parsePlayer } from '../../search/players/registry.ts';
import { plainResources } from '../../search/players/resources.ts';
import { Workbench } from '../../search/tree/workbench.ts';
import { RunGames } from '../scheduler/run-games.ts';
import { DEFAULT_SEARCH, generatorOptions } from '../setup/search-settings.ts';
import type { SelfplaySpec } from '../setup/spec.ts';
import { stopOf } from '../workers/serve.ts';
import type { WorkerData } from './messages.ts';

/** @throws RrError of the model file and of createPlayer */
export async function openGames(rules: Rules, data: WorkerData): Promise<RunGames> {
  const { spec, hashes } = data;
  const searches = spec.mix.some(({ player }) => parsePlayer(player).searches);
  // Where nobody searches nothing is evaluated, and what evaluates takes memory and time to load.
  const resources = searches ? await searchResources(rules, data) : plainResources(rules, spec.weightNoise);
  return new RunGames(spec, resources, { hashes, stopped: stopOf(data) });
}

async function searchResources(rules: Rules, data: WorkerData): Promise<PlayerResources> {
  const { spec, computing } = data;
  // Loaded when needed: the runtime of networks takes a tenth of a second and some memory.
  const { remembering } = await import('../workers/network.ts');
  const network = await networkOf(rules, data);
  return {
    bench: new Workbench(rules),
    heuristic: remembering(new FormulaEvaluator(rules), computing.cache),
    ...(network && { network: remembering(asShown(network, spec), computing.cache) }),
    weightNoise: spec.weightNoise,
    ...generatorOptions(spec.search ?? DEFAULT_SEARCH, fullBudget(spec)),
  };
}

/** Cheap searches get a part of the largest budget at the table. */
const fullBudget = ({ mix }: SelfplaySpec): number =>
  Math.max(...mix.map(({ player }) => parsePlayer(player).budget ?? BUDGETS.throughput));

async function networkOf(rules: Rules, data: WorkerData): Promise<Evaluator | undefined> {
  const { spec, modelPath: path, computing, inference, workerIndex } = data;
  if (spec.model === undefined || path === undefined) return undefined;
  const { openNetwork } = await import('../workers/network.ts');
  const place = { computing, batch: computing.batch, workerIndex, inference };
  return openNetwork(rules, { path, hash: spec.model }, place);
}

/** The symmetry follows from the position, so what a cache remembers is the same wherever it is met. */
const asShown = (network: Evaluator, { search, seed }: SelfplaySpec): Evaluator =>
  search?.symmetry ? new SymmetricEvaluator(network, seed | 0) : network;

/** What a worker needs for players that search: evaluators of its own thread, and the games. */
import type { Rules } from '../../engine/rules.ts';
import { loadModel } from '../../models/load.ts';
import { parseAgentName } from '../../search/agents/create-agent.ts';
import { BUDGETS } from '../../search/budget.ts';
import { CachedEvaluator, cacheOf } from '../../search/evaluators/cached.ts';
import type { Evaluator } from '../../search/evaluators/evaluator.ts';
import { FormulaEvaluator } from '../../search/evaluators/formula.ts';
import { NetworkEvaluator } from '../../search/evaluators/network.ts';
import { SymmetricEvaluator } from '../../search/evaluators/symmetric.ts';
import { Workbench } from '../../search/tree/workbench.ts';
import { banksFor } from '../inference/bank.ts';
import { SHARED_LANES } from '../inference/choice.ts';
import { SharedEvaluator } from '../inference/client.ts';
import { SearchedRun } from '../scheduler/searched-run.ts';
import { agentOptions, DEFAULT_SEARCH } from '../spec/search-settings.ts';
import type { SelfplaySpec } from '../spec/spec.ts';
import type { Computing, WorkerData } from './payload.ts';

/** @throws RrError of the model file and of createAgent */
export async function searchedRun(
  rules: Rules,
  spec: SelfplaySpec,
  setup: Pick<WorkerData, 'hashes' | 'modelPath' | 'computing' | 'inference' | 'place'>,
): Promise<SearchedRun> {
  const { hashes, computing } = setup;
  const network = spec.model === undefined ? undefined : await networkOf(rules, spec.model, setup);
  const resources = {
    bench: new Workbench(rules),
    heuristic: remembering(new FormulaEvaluator(rules), computing),
    settings: { weightNoise: spec.weightNoise },
    ...(network && { network: asShown(network, spec, computing) }),
  };
  return new SearchedRun(spec, hashes, resources, agentOptions(spec.search ?? DEFAULT_SEARCH, fullBudget(spec)));
}

/** Cheap searches get a part of the largest budget at the table. */
const fullBudget = ({ mix }: SelfplaySpec): number =>
  Math.max(...mix.map(({ player }) => parseAgentName(player).strength ?? BUDGETS.throughput));

async function networkOf(
  rules: Rules,
  hash: string,
  { modelPath: path, computing, inference, place }: Pick<WorkerData, 'modelPath' | 'computing' | 'inference' | 'place'>,
): Promise<Evaluator | undefined> {
  if (inference) return new SharedEvaluator(rules, banksFor(inference, place * SHARED_LANES, SHARED_LANES));
  if (path === undefined) return undefined;
  const model = await loadModel({ path, hash });
  const { batch, provider, device } = computing;
  return NetworkEvaluator.create(model, rules, { hash, batch, provider, device, threads: 1 });
}

/** The symmetry follows from the position, so what the cache remembers is the same wherever it is met. */
const asShown = (network: Evaluator, { search, seed }: SelfplaySpec, computing: Computing): Evaluator =>
  remembering(search?.symmetry ? new SymmetricEvaluator(network, seed | 0) : network, computing);

const remembering = (evaluator: Evaluator, { cache }: Computing): Evaluator =>
  cache > 0 ? new CachedEvaluator(evaluator, cacheOf(cache)) : evaluator;

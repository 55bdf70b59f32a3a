/** What a worker needs for players that search: evaluators of its own thread, and the games. */
import { readFile } from 'node:fs/promises';
import type { Rules } from '../../engine/rules.ts';
import { RrError } from '../../errors.ts';
import { readModel } from '../../net/model/file.ts';
import { parseAgentName } from '../../search/agents/create-agent.ts';
import { SearchedRun } from '../../search/batch/searched-run.ts';
import { BUDGETS } from '../../search/budget.ts';
import { CachedEvaluator, cacheOf } from '../../search/evaluators/cached.ts';
import type { Evaluator } from '../../search/evaluators/evaluator.ts';
import { FormulaEvaluator } from '../../search/evaluators/formula.ts';
import { KeptBatchEvaluator } from '../../search/evaluators/kept-batch.ts';
import { NetworkEvaluator } from '../../search/evaluators/network.ts';
import { SymmetricEvaluator } from '../../search/evaluators/symmetric.ts';
import { agentOptions, DEFAULT_SEARCH } from '../../search/selfplay/search-settings.ts';
import type { SelfplaySpec } from '../../search/selfplay/spec.ts';
import { Workbench } from '../../search/tree/workbench.ts';
import type { Computing, WorkerSetup } from './payload.ts';

/** @throws RrError of the model file and of createAgent */
export async function searchedRun(
  rules: Rules,
  spec: SelfplaySpec,
  { hashes, modelPath, computing }: Pick<WorkerSetup, 'hashes' | 'modelPath' | 'computing'>,
): Promise<SearchedRun> {
  const network =
    spec.model === undefined || modelPath === undefined
      ? {}
      : { network: await load(rules, modelPath, spec, computing) };
  const resources = {
    bench: new Workbench(rules),
    heuristic: remembering(new FormulaEvaluator(rules), computing),
    settings: { weightNoise: spec.weightNoise },
    ...network,
  };
  return new SearchedRun(spec, hashes, resources, agentOptions(spec.search ?? DEFAULT_SEARCH, fullBudget(spec)));
}

/** Cheap searches get a part of the largest budget at the table. */
const fullBudget = ({ mix }: SelfplaySpec): number =>
  Math.max(...mix.map(({ player }) => parseAgentName(player).strength ?? BUDGETS.throughput));

async function load(
  rules: Rules,
  path: string,
  { model: hash = '', search, seed }: SelfplaySpec,
  computing: Computing,
): Promise<Evaluator> {
  const model = readModel(await readFile(path), path);
  if (model.hash !== hash) throw new RrError('MODEL_HASH', { where: path, expected: hash, found: model.hash });
  const { batch, provider, device } = computing;
  const network = new KeptBatchEvaluator(
    await NetworkEvaluator.create(model, rules, { hash, batch, provider, device, threads: 1 }),
  );
  // The symmetry follows from the position, so what the cache remembers is the same wherever it is met.
  return remembering(search?.symmetry ? new SymmetricEvaluator(network, seed | 0) : network, computing);
}

const remembering = (evaluator: Evaluator, { cache }: Computing): Evaluator =>
  cache > 0 ? new CachedEvaluator(evaluator, cacheOf(cache)) : evaluator;

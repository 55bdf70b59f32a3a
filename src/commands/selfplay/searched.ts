/** What a worker needs for players that search: evaluators of its own thread, and the games. */
import { readFile } from 'node:fs/promises';
import type { Rules } from '../../engine/rules.ts';
import { RrError } from '../../errors.ts';
import { readModel } from '../../net/model/file.ts';
import { parseAgentName } from '../../search/agents/create-agent.ts';
import { defaultSelfplay } from '../../search/agents/gumbel-agent.ts';
import { SearchedRun } from '../../search/batch/searched-run.ts';
import { BUDGETS } from '../../search/budget.ts';
import { CachedEvaluator } from '../../search/evaluators/cached.ts';
import type { Evaluator } from '../../search/evaluators/evaluator.ts';
import { FormulaEvaluator } from '../../search/evaluators/formula.ts';
import { KeptBatchEvaluator } from '../../search/evaluators/kept-batch.ts';
import { NetworkEvaluator } from '../../search/evaluators/network.ts';
import type { SelfplaySpec } from '../../search/selfplay/spec.ts';
import { Workbench } from '../../search/tree/workbench.ts';
import type { WorkerSetup } from './payload.ts';

/** Leaves per call of a network on a CPU core (design: runtime). */
const BATCH = 16;

/** @throws RrError of the model file and of createAgent */
export async function searchedRun(
  rules: Rules,
  spec: SelfplaySpec,
  { hashes, modelPath }: Pick<WorkerSetup, 'hashes' | 'modelPath'>,
): Promise<SearchedRun> {
  const network =
    spec.model === undefined || modelPath === undefined ? {} : { network: await load(rules, modelPath, spec.model) };
  const resources = {
    bench: new Workbench(rules),
    heuristic: new CachedEvaluator(new FormulaEvaluator(rules)),
    settings: { weightNoise: spec.weightNoise },
    ...network,
  };
  return new SearchedRun(spec, hashes, resources, { selfplay: defaultSelfplay(fullBudget(spec)) });
}

/** Cheap searches get a part of the largest budget at the table. */
const fullBudget = ({ mix }: SelfplaySpec): number =>
  Math.max(...mix.map(({ player }) => parseAgentName(player).strength ?? BUDGETS.throughput));

async function load(rules: Rules, path: string, hash: string): Promise<Evaluator> {
  const model = readModel(await readFile(path), path);
  if (model.hash !== hash) throw new RrError('MODEL_HASH', { where: path, expected: hash, found: model.hash });
  return new CachedEvaluator(
    new KeptBatchEvaluator(await NetworkEvaluator.create(model, rules, { hash, batch: BATCH })),
  );
}

/** Who can play in `rr play`: every player of the registry, with a model where it needs one. */
import type { Rules } from '../../engine/rules.ts';
import type { NetModel } from '../../net/arch/metadata.ts';
import type { Evaluator } from '../../search/evaluators/evaluator.ts';
import { NetworkEvaluator } from '../../search/evaluators/network.ts';
import { type Player, renamed } from '../../search/players/player.ts';
import { createPlayer, parsePlayer, withBudget } from '../../search/players/registry.ts';
import { plainResources } from '../../search/players/resources.ts';

export interface TableSettings {
  readonly rules: Rules;
  /** Model of players that need one, and its hash; asked for only by them. */
  readonly model: () => Promise<NetModel & { readonly hash: string }>;
  /** Simulations per decision of players that search and name no budget of their own. */
  readonly simulations: number;
}

/** Leaves evaluated together. One game at a table never needs more. */
const BATCH = 16;

/** @throws RrError USAGE for an unknown player, and whatever finding and reading the model throws. */
export async function playerByName(name: string, { rules, model, simulations }: TableSettings): Promise<Player> {
  const network = parsePlayer(name).needsNetwork ? await networkOf(rules, await model()) : undefined;
  const resources = { ...plainResources(rules), network };
  return renamed(createPlayer(withBudget(name, simulations), resources), name);
}

const networkOf = (rules: Rules, model: NetModel & { readonly hash: string }): Promise<Evaluator> =>
  NetworkEvaluator.create(model, rules, { hash: model.hash, batch: BATCH, threads: 1 });

/**
 * Every player of rr by name, for games that search. A name may carry its strength: `gumbel:150`, `mcts:quality`,
 * `descent:256`, `maxn:4` (decisions looked ahead). Without a network, `mcts-heuristic` and `descent-heuristic` search
 * with the heuristic; the blocking players of players/registry.ts play as they are.
 */
import { RrError } from '../../core/errors.ts';
import { nearestHint } from '../../core/nearest.ts';
import { BUDGETS, parseBudget } from '../budget.ts';
import { DEPTH_METHODS, DepthPlayer } from '../depth/depth-player.ts';
import { DEFAULT_DEPTH } from '../depth/frame.ts';
import type { Evaluator } from '../evaluators/evaluator.ts';
import { createPlayer, type PlayerSettings, playerNames } from '../players/registry.ts';
import type { TemperaturePreset } from '../temperature.ts';
import type { Workbench } from '../tree/workbench.ts';
import type { Agent } from './agent.ts';
import { BlockingAgent } from './blocking-agent.ts';
import { GumbelAgent, type GumbelSelfplay } from './gumbel-agent.ts';
import { descentAgent, policyAgent, puctAgent } from './search-agents.ts';

/** What agents of one thread share. */
export interface AgentResources {
  readonly bench: Workbench;
  /** The network; absent: players that need one are refused. */
  readonly network?: Evaluator;
  readonly heuristic: Evaluator;
  readonly settings: PlayerSettings;
}

export interface AgentOptions {
  /** For `gumbel`: play as a data generator. */
  readonly selfplay?: GumbelSelfplay;
  /** For the other searches: sample moves. */
  readonly temperature?: TemperaturePreset;
}

/** Players that search, and whether they need a network. */
export const SEARCH_PLAYERS = {
  gumbel: true,
  mcts: true,
  'policy-only': true,
  'nn-descent': true,
  'gumbel-heuristic': false,
  'mcts-heuristic': false,
  'descent-heuristic': false,
} as const;
type SearchPlayer = keyof typeof SEARCH_PLAYERS;

const isSearchPlayer = (kind: string): kind is SearchPlayer => Object.hasOwn(SEARCH_PLAYERS, kind);

/** The original's strengths of its network-free baseline. */
const ALIASES: Readonly<Record<string, string>> = {
  mcts_light: 'mcts-heuristic:32',
  mcts_medium: 'mcts-heuristic:128',
  mcts_strong: 'mcts-heuristic:512',
};

export const agentNames = (): string[] => [
  ...playerNames(),
  ...Object.keys(SEARCH_PLAYERS),
  ...DEPTH_METHODS,
  ...Object.keys(ALIASES),
];

/** The player searches a tree: many of its games go through shared batches. @throws RrError USAGE for an unknown name */
export const searches = (name: string): boolean => isSearchPlayer(parseAgentName(name).kind);

/** The player spends simulations. @throws RrError USAGE for an unknown name */
export const takesBudget = (name: string): boolean => searches(name) && parseAgentName(name).kind !== 'policy-only';

/** The player needs a network to be created. @throws RrError USAGE for an unknown name */
export const needsNetwork = (name: string): boolean => {
  const { kind } = parseAgentName(name);
  return isSearchPlayer(kind) && SEARCH_PLAYERS[kind];
};

export interface AgentName {
  readonly kind: string;
  /** Simulations, or decisions looked ahead; undefined for the default or where it means nothing. */
  readonly strength?: number;
}

/** @throws RrError USAGE for an unknown player or strength, SEARCH_BUDGET */
export function parseAgentName(name: string): AgentName {
  const [kind = '', strength] = (ALIASES[name] ?? name).split(':', 2);
  if (!agentNames().includes(kind)) {
    const hint = nearestHint(kind, agentNames());
    throw new RrError('USAGE', { detail: `no player '${kind}'${hint}; players: ${agentNames().join(', ')}` });
  }
  if (strength === undefined) return { kind };
  if (isSearchPlayer(kind) && kind !== 'policy-only') return { kind, strength: parseBudget(strength) };
  const depth = Number(strength);
  if (DEPTH_METHODS.some((method) => method === kind) && Number.isInteger(depth) && depth >= 1 && depth <= 8) {
    return { kind, strength: depth };
  }
  throw new RrError('USAGE', { detail: `player '${name}': '${strength}' is no strength of ${kind}` });
}

/** @throws RrError USAGE, SEARCH_BUDGET, NETWORK_NEEDED */
export function createAgent(name: string, resources: AgentResources, options: AgentOptions = {}): Agent {
  const { kind, strength } = parseAgentName(name);
  const method = DEPTH_METHODS.find((known) => known === kind);
  if (method) {
    const depth = { ...DEFAULT_DEPTH, depth: strength ?? DEFAULT_DEPTH.depth };
    return new BlockingAgent(name, () => new DepthPlayer(name, method, depth));
  }
  if (!isSearchPlayer(kind)) return new BlockingAgent(name, () => createPlayer(kind, resources.settings));
  return createSearchAgent(name, kind, strength ?? BUDGETS.throughput, resources, options);
}

function createSearchAgent(
  name: string,
  kind: SearchPlayer,
  simulations: number,
  { bench, network, heuristic }: AgentResources,
  { selfplay, temperature }: AgentOptions,
): Agent {
  const evaluator = SEARCH_PLAYERS[kind] ? network : heuristic;
  if (!evaluator) throw new RrError('NETWORK_NEEDED', { player: name });
  switch (kind) {
    case 'gumbel':
    case 'gumbel-heuristic':
      return new GumbelAgent(evaluator, { name, simulations, selfplay }, bench);
    case 'mcts':
    case 'mcts-heuristic':
      return puctAgent(evaluator, simulations, { name, temperature }, bench);
    case 'nn-descent':
    case 'descent-heuristic':
      return descentAgent(evaluator, simulations, { name, temperature }, bench);
    case 'policy-only':
      return policyAgent(evaluator, { name, temperature }, bench);
  }
}

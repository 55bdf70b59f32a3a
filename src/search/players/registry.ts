/**
 * Every player of rr by name: the one table that all commands go by. A name may carry a budget: `gumbel:150`,
 * `mcts:quality`, `descent-heuristic:256`, `maxn:4`. All of them play with two, three and four seats.
 */
import { RrError } from '../../core/errors.ts';
import { nearestHint } from '../../core/nearest.ts';
import { BUDGETS, parseBudget } from '../budget.ts';
import type { Evaluator } from '../evaluators/evaluator.ts';
import { PROFILE_NAMES, PROFILES } from '../heuristic/weights.ts';
import type { TemperaturePreset } from '../temperature.ts';
import type { Workbench } from '../tree/workbench.ts';
import { DepthPlayer } from './depth.ts';
import { DEFAULT_DEPTH } from './depth-frame.ts';
import { GumbelPlayer, type GumbelSelfplay } from './gumbel.ts';
import { HeuristicPlayer } from './heuristic.ts';
import type { Player } from './player.ts';
import { RandomPlayer } from './random.ts';
import { descentPlayer, policyPlayer, puctPlayer } from './tree-players.ts';

/** What the players of one thread share. */
export interface PlayerResources {
  readonly bench: Workbench;
  /** The network; absent: players that need one are refused. */
  readonly network?: Evaluator | undefined;
  /** Evaluates for searches without a network. */
  readonly heuristic: Evaluator;
  /** Spread of the multiplicative noise on heuristic weights, drawn once per game; 0 by default. */
  readonly weightNoise?: number;
  /** For `gumbel`: play as a data generator. */
  readonly selfplay?: GumbelSelfplay;
  /** For the other searches: sample moves. */
  readonly temperature?: TemperaturePreset;
}

/** What the number behind the colon of a name means. */
export type BudgetUnit = 'simulations' | 'depth';

interface PlayerKind {
  /** Evaluates leaves of a search, or the position itself, with the network or with the heuristic. */
  readonly evaluator?: 'network' | 'heuristic';
  readonly budget?: { readonly unit: BudgetUnit; readonly standard: number };
  /** `budget` is the standard one unless the name says another. */
  readonly create: (name: string, budget: number, resources: PlayerResources) => Player;
}

const SIMULATIONS = { unit: 'simulations', standard: BUDGETS.throughput } as const;
const DEPTH = { unit: 'depth', standard: DEFAULT_DEPTH.depth } as const;
const MAX_DEPTH = 8;

const oneHeuristic = (profile: keyof typeof PROFILES, mode: 'light' | 'full' = 'full'): PlayerKind => ({
  create: (name, _, { weightNoise = 0 }) =>
    new HeuristicPlayer({ name, weights: PROFILES[profile], mode, weightNoise }),
});

const lookahead = (method: 'minimax' | 'maxn' | 'brs'): PlayerKind => ({
  budget: DEPTH,
  create: (name, depth) => new DepthPlayer(name, method, { ...DEFAULT_DEPTH, depth }),
});

type Search = (evaluator: Evaluator, name: string, simulations: number, resources: PlayerResources) => Player;

/** A player that searches with an evaluator. */
const searching = (evaluator: 'network' | 'heuristic', search: Search, budget?: typeof SIMULATIONS): PlayerKind => ({
  evaluator,
  ...(budget && { budget }),
  create: (name, simulations, resources) => {
    const chosen = resources[evaluator];
    if (!chosen) throw new RrError('NETWORK_NEEDED', { player: name });
    return search(chosen, name, simulations, resources);
  },
});

const gumbel: Search = (evaluator, name, simulations, { bench, selfplay }) =>
  new GumbelPlayer(evaluator, { name, simulations, ...(selfplay && { selfplay }) }, bench);
const puct: Search = (evaluator, name, simulations, { bench, temperature }) =>
  puctPlayer(evaluator, simulations, { name, ...(temperature && { temperature }) }, bench);
const descent: Search = (evaluator, name, simulations, { bench, temperature }) =>
  descentPlayer(evaluator, simulations, { name, ...(temperature && { temperature }) }, bench);
const policy: Search = (evaluator, name, _, { bench, temperature }) =>
  policyPlayer(evaluator, { name, ...(temperature && { temperature }) }, bench);

/**
 * `heuristic` is what upstream's self-play (difficulty 8) and gauntlets (5) use: aggressive weights, all 21 components,
 * no random moves. `heuristic-light` adds up twelve components; `heuristic-PROFILE` plays other weights.
 */
const KINDS: ReadonlyMap<string, PlayerKind> = new Map<string, PlayerKind>([
  ['random', { create: () => new RandomPlayer() }],
  ['heuristic', oneHeuristic('aggressive')],
  ['heuristic-light', oneHeuristic('aggressive', 'light')],
  ...PROFILE_NAMES.map((profile): [string, PlayerKind] => [`heuristic-${profile}`, oneHeuristic(profile)]),
  ['gumbel', searching('network', gumbel, SIMULATIONS)],
  ['mcts', searching('network', puct, SIMULATIONS)],
  ['policy-only', searching('network', policy)],
  ['nn-descent', searching('network', descent, SIMULATIONS)],
  ['gumbel-heuristic', searching('heuristic', gumbel, SIMULATIONS)],
  ['mcts-heuristic', searching('heuristic', puct, SIMULATIONS)],
  ['descent-heuristic', searching('heuristic', descent, SIMULATIONS)],
  ['minimax', lookahead('minimax')],
  ['maxn', lookahead('maxn')],
  ['brs', lookahead('brs')],
]);

/**
 * Upstream's names of players with a fixed budget. Its `heuristic_strong` differs from its `heuristic` in random moves
 * and thinking time only, neither of which ours has; ours looks ahead a little.
 */
const ALIASES: Readonly<Record<string, string>> = {
  mcts_light: 'mcts-heuristic:32',
  mcts_medium: 'mcts-heuristic:128',
  mcts_strong: 'mcts-heuristic:512',
  heuristic_strong: 'gumbel-heuristic:16',
};

/** All names; with `network: false` those that play without one. */
export const playerNames = ({ network = true } = {}): string[] => [
  ...[...KINDS].filter(([, { evaluator }]) => network || evaluator !== 'network').map(([name]) => name),
  ...Object.keys(ALIASES),
];

/** A name taken apart. */
export interface PlayerName {
  readonly kind: string;
  /** Simulations, or decisions looked ahead; undefined for the standard or where it means nothing. */
  readonly budget?: number;
  /** What a budget means to this player; undefined: it takes none. */
  readonly unit?: BudgetUnit;
  /** Its decisions wait for evaluations: many of its games go through shared batches. */
  readonly searches: boolean;
  readonly needsNetwork: boolean;
}

/** @throws RrError USAGE for an unknown player or a budget it does not take, SEARCH_BUDGET */
export function parsePlayer(name: string): PlayerName {
  const { kind, entry, budget } = lookUp(name);
  return {
    kind,
    ...(budget !== undefined && { budget }),
    ...(entry.budget && { unit: entry.budget.unit }),
    searches: entry.evaluator !== undefined,
    needsNetwork: entry.evaluator === 'network',
  };
}

/** `gumbel` with a budget of 64 is `gumbel:64`; a name that has a budget, or takes no simulations, stays as it is. */
export function withBudget(name: string, simulations: number): string {
  const { unit, budget } = parsePlayer(name);
  return unit === 'simulations' && budget === undefined ? `${name}:${simulations}` : name;
}

/** @throws RrError USAGE, SEARCH_BUDGET, NETWORK_NEEDED */
export function createPlayer(name: string, resources: PlayerResources): Player {
  const { entry, budget } = lookUp(name);
  return entry.create(name, budget ?? entry.budget?.standard ?? 0, resources);
}

function lookUp(name: string): { kind: string; entry: PlayerKind; budget?: number } {
  const [kind = '', text] = (ALIASES[name] ?? name).split(':', 2);
  const entry = KINDS.get(kind);
  if (Object.hasOwn(ALIASES, kind)) throw new RrError('USAGE', { detail: `player '${name}': ${kind} takes no budget` });
  if (!entry) {
    const names = playerNames();
    throw new RrError('USAGE', {
      detail: `no player '${kind}'${nearestHint(kind, names)}; players: ${names.join(', ')}`,
    });
  }
  if (text === undefined) return { kind, entry };
  const { unit } = entry.budget ?? {};
  if (unit === 'simulations') return { kind, entry, budget: parseBudget(text) };
  const depth = Number(text);
  if (unit === 'depth' && Number.isInteger(depth) && depth >= 1 && depth <= MAX_DEPTH) {
    return { kind, entry, budget: depth };
  }
  const takes = unit === 'depth' ? `looks 1 to ${MAX_DEPTH} decisions ahead` : 'takes no budget';
  throw new RrError('USAGE', { detail: `player '${name}': ${kind} ${takes}` });
}

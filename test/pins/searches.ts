/** Every kind of search at every pinned position. */
import { Random } from '../../src/engine/random.ts';
import { CachedEvaluator } from '../../src/search/evaluators/cached.ts';
import type { Evaluator } from '../../src/search/evaluators/evaluator.ts';
import { FormulaEvaluator } from '../../src/search/evaluators/formula.ts';
import { HashedEvaluator } from '../../src/search/evaluators/hashed.ts';
import { NetworkEvaluator } from '../../src/search/evaluators/network.ts';
import { SymmetricEvaluator } from '../../src/search/evaluators/symmetric.ts';
import { GumbelSearch } from '../../src/search/gumbel/gumbel-search.ts';
import { type DepthMethod, DepthPlayer } from '../../src/search/players/depth.ts';
import { DescentSearch } from '../../src/search/puct/descent-search.ts';
import { PolicySearch } from '../../src/search/puct/policy-search.ts';
import { PuctSearch } from '../../src/search/puct/puct-search.ts';
import { rootQ, rootValue, rootVisits } from '../../src/search/tree/root.ts';
import type { TreeSearch } from '../../src/search/tree/search.ts';
import { Workbench } from '../../src/search/tree/workbench.ts';
import { untrainedModel } from '../search/models.ts';
import { digestOfNumbers, type Pin } from './pin.ts';
import { type PinnedPosition, pinnedPositions } from './positions.ts';

/** What a search says: the index of its move and, if it makes one, its policy. */
interface Outcome {
  readonly search: TreeSearch;
  readonly move: number;
  readonly policy?: Float64Array<ArrayBuffer>;
}

type Run = (position: PinnedPosition, bench: Workbench, evaluator: Evaluator) => Promise<Outcome>;

async function finish(search: TreeSearch, evaluator: Evaluator): Promise<void> {
  const batch = evaluator.createBatch(8);
  for (batch.reset(); search.gather(batch) > 0; batch.reset()) {
    await batch.run();
    search.scatter(batch);
  }
}

const gumbel =
  (simulations: number, noise: boolean, considered?: number, cScale = 1): Run =>
  async ({ state, legal }, bench, evaluator) => {
    const search = new GumbelSearch(bench, evaluator, { simulations, considered, scale: { cVisit: 50, cScale } });
    search.begin(state, legal, noise ? new Random(5) : null);
    await finish(search, evaluator);
    return { search, move: search.winner(), policy: search.policy() };
  };

const puct =
  (simulations: number, noise: boolean): Run =>
  async ({ state, legal }, bench, evaluator) => {
    const random = noise ? new Random(6) : null;
    const search = new PuctSearch(bench, evaluator, { simulations });
    search.begin(state, legal, random);
    await finish(search, evaluator);
    return { search, move: search.choose(noise ? 1 : 0, random), policy: search.policy() };
  };

const descent =
  (simulations: number): Run =>
  async ({ state, legal }, bench, evaluator) => {
    const search = new DescentSearch(bench, evaluator, simulations);
    search.begin(state, legal);
    await finish(search, evaluator);
    return { search, move: search.winner() };
  };

const policyOnly: Run = async ({ state, legal }, bench, evaluator) => {
  const search = new PolicySearch(bench, evaluator);
  search.begin(state, legal);
  await finish(search, evaluator);
  const policy = search.policy();
  return { search, move: policy.indexOf(Math.max(...policy)), policy };
};

interface Case {
  readonly name: string;
  readonly run: Run;
  readonly evaluator: (position: PinnedPosition) => Evaluator;
}

const hashed = ({ rules }: PinnedPosition): Evaluator => new HashedEvaluator(rules, 1);
const formula = ({ rules }: PinnedPosition): Evaluator => new FormulaEvaluator(rules);
const cached = (position: PinnedPosition): Evaluator => new CachedEvaluator(hashed(position), { entries: 64 });
const symmetric = (position: PinnedPosition): Evaluator => new SymmetricEvaluator(hashed(position), 7);

const CASES: readonly Case[] = [
  { name: 'gumbel', run: gumbel(64, false), evaluator: hashed },
  { name: 'gumbel with noise, scale 0.1', run: gumbel(50, true, 4, 0.1), evaluator: cached },
  { name: 'puct', run: puct(100, false), evaluator: hashed },
  { name: 'puct with noise', run: puct(80, true), evaluator: symmetric },
  { name: 'descent', run: descent(90), evaluator: hashed },
  { name: 'policy', run: policyOnly, evaluator: hashed },
  { name: 'gumbel-heuristic', run: gumbel(32, false), evaluator: formula },
  { name: 'mcts-heuristic', run: puct(32, false), evaluator: formula },
  { name: 'descent-heuristic', run: descent(32), evaluator: formula },
];

const DEPTHS: readonly (readonly [DepthMethod, number])[] = [
  ['minimax', 2],
  ['minimax', 3],
  ['maxn', 3],
  ['brs', 3],
];

/** Everything a search found. Policies of many moves: the most likely ones, and a digest of all. */
function found({ search, move, policy }: Outcome, position: PinnedPosition, places?: number): Pin['found'] {
  const { tree, simulations, evaluations } = search;
  const round = (x: number): number => (places === undefined ? x : Number(x.toFixed(places)));
  const visits = rootVisits(tree);
  const q = rootQ(tree);
  const visited = Array.from(visits, (n, i) => [i, n, round(q[i])]).filter(([, n]) => n > 0);
  const likely = Array.from(policy ?? [], (p, i) => [i, round(p)])
    .sort(([i, p], [j, r]) => r - p || i - j)
    .slice(0, 6);
  return {
    width: position.legal.length,
    move,
    packed: position.legal.moves[move],
    simulations,
    evaluations,
    nodes: tree.nodes,
    solved: tree.solved[0],
    values: Array.from(rootValue(tree), round),
    visited,
    ...(policy && places === undefined && { likely, policy: digestOfNumbers(policy) }),
    ...(policy && places !== undefined && { policy: Array.from(policy, round) }),
  };
}

export async function searchPins(): Promise<Pin[]> {
  const pins: Pin[] = [];
  for (const position of pinnedPositions()) {
    const bench = new Workbench(position.rules);
    for (const { name, run, evaluator } of CASES) {
      const outcome = await run(position, bench, evaluator(position));
      pins.push({ name: `${position.name}: ${name}`, found: found(outcome, position) });
    }
    const depths = DEPTHS.map(([method, depth]) => {
      const player = new DepthPlayer(method, method, { depth, width: 4 });
      const question = { state: position.state, legal: position.legal, random: new Random(1), decision: 0 };
      return [`${method} ${depth}`, player.decide(question).move];
    });
    pins.push({ name: `${position.name}: depth`, found: Object.fromEntries(depths) });
  }
  return pins;
}

/** Searches with small networks whose weights follow from a seed. */
export async function networkPins(): Promise<Pin[]> {
  const pins: Pin[] = [];
  for (const position of pinnedPositions()) {
    const { board, players } = position.rules;
    if (!NETWORK_POSITIONS.includes(position.name)) continue;
    const model = untrainedModel(board, players, 'nano', 4);
    const options = { hash: 'pinned', batch: 8, batches: 2, threads: 1 };
    const evaluator = await NetworkEvaluator.create(model, position.rules, options);
    const bench = new Workbench(position.rules);
    for (const [name, run] of [['gumbel', gumbel(16, false)] as const, ['puct', puct(16, false)] as const]) {
      const outcome = await run(position, bench, evaluator);
      pins.push({ name: `${position.name}: network ${name}`, rounded: true, found: found(outcome, position, 7) });
    }
    await evaluator.close();
  }
  return pins;
}

const NETWORK_POSITIONS = ['hex8 2p ply 45', 'hex8 4p ply 35', 'square8 3p ply 15'];

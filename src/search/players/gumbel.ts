/** Plays by Gumbel search: without noise and always the winner, or as a self-play data generator. */
import type { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import { checkBudget } from '../budget.ts';
import type { EvaluationBatch, Evaluator } from '../evaluators/evaluator.ts';
import type { SigmaScale } from '../gumbel/completed-q.ts';
import { type GumbelOptions, GumbelSearch } from '../gumbel/gumbel-search.ts';
import { PolicySearch } from '../puct/policy-search.ts';
import { drawPolicyPlies } from '../schedule/opening.ts';
import { drawBudget, type PlayoutCap } from '../schedule/playout-cap.ts';
import { DecidedWatch, type SoftResignOptions } from '../schedule/soft-resign.ts';
import { divergence } from '../schedule/surprise.ts';
import { TEMPERATURE_PRESETS, type TemperaturePreset, temperatureAt } from '../temperature.ts';
import { rootPriors, rootValue, rootVisits, sampleIndex } from '../tree/root.ts';
import { Workbench } from '../tree/workbench.ts';
import type { Answer, GamePlayer, PendingEvaluation, Player, Question } from './player.ts';
import { quantisePolicy, quantiseSurprise, quantiseValues, quantiseWeight } from './report.ts';
import { SearchPool } from './search-pool.ts';

export interface GumbelPlayerOptions {
  readonly name: string;
  /** Simulations per decision; with `selfplay`, of a full search. */
  readonly simulations: number;
  /** Root moves considered at most; 16 by default. */
  readonly considered?: number;
  /** Absent: evaluation mode, deterministic, no noise. */
  readonly selfplay?: GumbelSelfplay;
}

export interface GumbelSelfplay {
  /** Playout-cap randomisation; absent: every search is full. */
  readonly cheap?: { readonly simulations: number; readonly share: number };
  readonly temperature: TemperaturePreset;
  /**
   * What a temperature above 0 samples from: the improved policy, or `visits` as the paper's authors advise for the
   * opening. Sequential halving gives eliminated moves about half of the visits, and a search of no more simulations than
   * moves considered gives every one of them the same, so `visits` is close to random (docs/METHODS.md).
   */
  readonly sampleFrom: 'visits' | 'improved';
  /** Mean number of opening decisions drawn from the bare policy. */
  readonly policyPlies: number;
  readonly softResign?: SoftResignOptions;
  /** σ of the searches; absent: the paper's. */
  readonly scale?: SigmaScale;
}

/** Full searches on a third of the decisions, cheap ones of a quarter of the budget elsewhere; alphazero temperature. */
export function defaultSelfplay(simulations: number): GumbelSelfplay {
  return {
    cheap: { simulations: Math.max(8, Math.round(simulations / 4)), share: 2 / 3 },
    temperature: TEMPERATURE_PRESETS.alphazero,
    sampleFrom: 'improved',
    policyPlies: 2,
  };
}

export class GumbelPlayer implements Player {
  readonly name: string;
  readonly evaluator: Evaluator;
  readonly options: GumbelPlayerOptions;
  readonly searches: SearchPool<GumbelSearch>;
  readonly policies: SearchPool<PolicySearch>;

  constructor(evaluator: Evaluator, options: GumbelPlayerOptions, bench = new Workbench(evaluator.rules)) {
    checkBudget(options.simulations);
    this.name = options.name;
    this.evaluator = evaluator;
    this.options = options;
    const search = searchOptions(options);
    this.searches = new SearchPool(() => new GumbelSearch(bench, evaluator, search));
    this.policies = new SearchPool(() => new PolicySearch(bench, evaluator));
  }

  newGame(_rules: Rules, random: Random): GamePlayer {
    return new GumbelGame(this, random);
  }
}

const searchOptions = ({ simulations, considered, selfplay }: GumbelPlayerOptions): GumbelOptions => ({
  simulations,
  ...(considered !== undefined && { considered }),
  ...(selfplay?.scale && { scale: selfplay.scale }),
});

class GumbelGame implements GamePlayer {
  readonly #player: GumbelPlayer;
  readonly #policyPlies: number;
  readonly #cap: PlayoutCap | null;
  readonly #watch: DecidedWatch | null;

  constructor(player: GumbelPlayer, random: Random) {
    const { simulations, selfplay } = player.options;
    this.#player = player;
    this.#policyPlies = selfplay ? drawPolicyPlies(selfplay.policyPlies, random) : 0;
    this.#cap = selfplay
      ? {
          full: simulations,
          cheap: selfplay.cheap?.simulations ?? simulations,
          share: 1 - (selfplay.cheap?.share ?? 0),
        }
      : null;
    this.#watch = selfplay?.softResign ? new DecidedWatch(selfplay.softResign) : null;
  }

  decide(question: Question): PendingEvaluation | Answer {
    const { legal } = question;
    if (legal.length === 1) return { move: legal.moves[0] };
    if (question.decision < this.#policyPlies) return new PendingPolicy(this.#player, question);
    const cap = this.#cap;
    const player = this.#player;
    if (cap === null) {
      return new PendingSearch(player, question, {
        simulations: player.options.simulations,
        noise: false,
        target: true,
      });
    }
    const { softResign } = player.options.selfplay ?? {};
    if (softResign && this.#watch?.decided) {
      const { simulations, weight } = softResign;
      return new PendingSearch(player, question, { simulations, noise: false, target: false, weight }, this.#watch);
    }
    const { simulations, full } = drawBudget(cap, question.random);
    return new PendingSearch(player, question, { simulations, noise: full, target: full }, this.#watch);
  }
}

interface SearchBudget {
  readonly simulations: number;
  /** Gumbel noise at the root. */
  readonly noise: boolean;
  /** The improved policy goes into the report. */
  readonly target: boolean;
  readonly weight?: number;
}

class PendingSearch implements PendingEvaluation {
  readonly evaluator: Evaluator;
  readonly #player: GumbelPlayer;
  readonly #search: GumbelSearch;
  readonly #question: Question;
  readonly #budget: SearchBudget;
  readonly #watch: DecidedWatch | null;

  constructor(player: GumbelPlayer, question: Question, budget: SearchBudget, watch: DecidedWatch | null = null) {
    this.#player = player;
    this.evaluator = player.evaluator;
    this.#question = question;
    this.#budget = budget;
    this.#watch = watch;
    this.#search = player.searches.take();
    this.#search.begin(question.state, question.legal, budget.noise ? question.random : null, budget.simulations);
  }

  gather(batch: EvaluationBatch, limit: number): number {
    return this.#search.gather(batch, limit);
  }

  scatter(batch: EvaluationBatch): void {
    this.#search.scatter(batch);
  }

  answer(): Answer {
    const search = this.#search;
    const question = this.#question;
    const budget = this.#budget;
    const { selfplay } = this.#player.options;
    const policy = budget.target || selfplay?.sampleFrom === 'improved' ? search.policy() : null;
    const values = rootValue(search.tree);
    this.#watch?.note(values);
    const index = selfplay ? this.#sample(selfplay, policy) : search.winner();
    const move = question.legal.moves[index];
    const report = {
      values: quantiseValues(values),
      budget: search.simulations,
      ...(budget.weight !== undefined && { weight: quantiseWeight(budget.weight) }),
      ...(budget.target &&
        policy && {
          policy: quantisePolicy(policy),
          surprise: quantiseSurprise(divergence(policy, rootPriors(search.tree))),
        }),
    };
    this.#player.searches.give(search);
    return { move, report };
  }

  #sample(selfplay: GumbelSelfplay, policy: Float64Array | null): number {
    const search = this.#search;
    const question = this.#question;
    const { random, decision } = question;
    const normal = selfplay.temperature.noise > 0 ? random.normal() : 0;
    const input = { move: decision, legal: question.legal.length };
    const temperature = temperatureAt(selfplay.temperature, input, 1, normal);
    if (temperature === 0 || search.tree.solved[0] === 1) return search.winner();
    const weights = selfplay.sampleFrom === 'improved' && policy ? policy : rootVisits(search.tree);
    return sampleIndex(weights, temperature, random);
  }
}

/** An opening decision drawn from the bare policy at temperature 1; gives no target. */
class PendingPolicy implements PendingEvaluation {
  readonly evaluator: Evaluator;
  readonly #player: GumbelPlayer;
  readonly #search: PolicySearch;
  readonly #question: Question;

  constructor(player: GumbelPlayer, question: Question) {
    this.#player = player;
    this.evaluator = player.evaluator;
    this.#question = question;
    this.#search = player.policies.take();
    this.#search.begin(question.state, question.legal);
  }

  gather(batch: EvaluationBatch, limit: number): number {
    return this.#search.gather(batch, limit);
  }

  scatter(batch: EvaluationBatch): void {
    this.#search.scatter(batch);
  }

  answer(): Answer {
    const index = sampleIndex(this.#search.policy(), 1, this.#question.random);
    this.#player.policies.give(this.#search);
    return { move: this.#question.legal.moves[index] };
  }
}

/** Plays by Gumbel search: without noise and always the winner, or as a self-play data generator. */
import type { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import { checkBudget } from '../budget.ts';
import type { EvaluationBatch, Evaluator } from '../evaluators/evaluator.ts';
import { GumbelSearch } from '../gumbel/gumbel-search.ts';
import { PolicySearch } from '../puct/policy-search.ts';
import { drawPolicyPlies } from '../schedule/opening.ts';
import { drawBudget, type PlayoutCap } from '../schedule/playout-cap.ts';
import { DecidedWatch, type SoftResignOptions } from '../schedule/soft-resign.ts';
import { divergence } from '../schedule/surprise.ts';
import { TEMPERATURE_PRESETS, type TemperaturePreset, temperatureAt } from '../temperature.ts';
import { rootPriors, rootValue, rootVisits, sampleIndex } from '../tree/root.ts';
import { Workbench } from '../tree/workbench.ts';
import type { Agent, Answer, Question, Seat, Thinking } from './agent.ts';
import { Pool } from './pool.ts';
import { quantisePolicy, quantiseSurprise, quantiseValues, quantiseWeight } from './report.ts';

export interface GumbelAgentOptions {
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
   * What a temperature above 0 samples from: `visits` as the paper's authors advise for the opening, or the improved
   * policy, which loses less strength. Sequential halving ends with two moves of equal visits, so small temperatures
   * make sense with `improved` only.
   */
  readonly sampleFrom: 'visits' | 'improved';
  /** Mean number of opening decisions drawn from the bare policy. */
  readonly policyPlies: number;
  readonly softResign?: SoftResignOptions;
}

/** Full searches on a third of the decisions, cheap ones of a quarter of the budget elsewhere; alphazero temperature. */
export function defaultSelfplay(simulations: number): GumbelSelfplay {
  return {
    cheap: { simulations: Math.max(8, Math.round(simulations / 4)), share: 2 / 3 },
    temperature: TEMPERATURE_PRESETS.alphazero,
    sampleFrom: 'visits',
    policyPlies: 2,
  };
}

export class GumbelAgent implements Agent {
  readonly name: string;
  readonly evaluator: Evaluator;
  readonly options: GumbelAgentOptions;
  readonly searches: Pool<GumbelSearch>;
  readonly policies: Pool<PolicySearch>;

  constructor(evaluator: Evaluator, options: GumbelAgentOptions, bench = new Workbench(evaluator.rules)) {
    checkBudget(options.simulations);
    this.name = options.name;
    this.evaluator = evaluator;
    this.options = options;
    this.searches = new Pool(() => new GumbelSearch(bench, evaluator, options));
    this.policies = new Pool(() => new PolicySearch(bench, evaluator));
  }

  sit(_rules: Rules, random: Random): Seat {
    return new GumbelSeat(this, random);
  }
}

class GumbelSeat implements Seat {
  private readonly agent: GumbelAgent;
  private readonly policyPlies: number;
  private readonly cap: PlayoutCap | null;
  private readonly watch: DecidedWatch | null;

  constructor(agent: GumbelAgent, random: Random) {
    const { simulations, selfplay } = agent.options;
    this.agent = agent;
    this.policyPlies = selfplay ? drawPolicyPlies(selfplay.policyPlies, random) : 0;
    this.cap = selfplay
      ? {
          full: simulations,
          cheap: selfplay.cheap?.simulations ?? simulations,
          share: 1 - (selfplay.cheap?.share ?? 0),
        }
      : null;
    this.watch = selfplay?.softResign ? new DecidedWatch(selfplay.softResign) : null;
  }

  think(question: Question): Thinking | Answer {
    const { legal } = question;
    if (legal.length === 1) return { move: legal.moves[0] };
    if (question.decision < this.policyPlies) return new PolicyThinking(this.agent, question);
    const { cap, agent } = this;
    if (cap === null) {
      return new GumbelThinking(agent, question, {
        simulations: agent.options.simulations,
        noise: false,
        target: true,
      });
    }
    const { softResign } = agent.options.selfplay ?? {};
    if (softResign && this.watch?.decided) {
      const { simulations, weight } = softResign;
      return new GumbelThinking(agent, question, { simulations, noise: false, target: false, weight }, this.watch);
    }
    const { simulations, full } = drawBudget(cap, question.random);
    return new GumbelThinking(agent, question, { simulations, noise: full, target: full }, this.watch);
  }
}

interface Effort {
  readonly simulations: number;
  /** Gumbel noise at the root. */
  readonly noise: boolean;
  /** The improved policy goes into the report. */
  readonly target: boolean;
  readonly weight?: number;
}

class GumbelThinking implements Thinking {
  readonly evaluator: Evaluator;
  private readonly agent: GumbelAgent;
  private readonly search: GumbelSearch;
  private readonly question: Question;
  private readonly effort: Effort;
  private readonly watch: DecidedWatch | null;

  constructor(agent: GumbelAgent, question: Question, effort: Effort, watch: DecidedWatch | null = null) {
    this.agent = agent;
    this.evaluator = agent.evaluator;
    this.question = question;
    this.effort = effort;
    this.watch = watch;
    this.search = agent.searches.take();
    this.search.begin(question.state, question.legal, effort.noise ? question.random : null, effort.simulations);
  }

  gather(batch: EvaluationBatch, limit: number): number {
    return this.search.gather(batch, limit);
  }

  scatter(batch: EvaluationBatch): void {
    this.search.scatter(batch);
  }

  answer(): Answer {
    const { search, question, effort } = this;
    const { selfplay } = this.agent.options;
    const policy = effort.target || selfplay?.sampleFrom === 'improved' ? search.policy() : null;
    const values = rootValue(search.tree);
    this.watch?.note(values);
    const index = selfplay ? this.sample(selfplay, policy) : search.winner();
    const move = question.legal.moves[index];
    const report = {
      values: quantiseValues(values),
      budget: search.simulations,
      ...(effort.weight !== undefined && { weight: quantiseWeight(effort.weight) }),
      ...(effort.target &&
        policy && {
          policy: quantisePolicy(policy),
          surprise: quantiseSurprise(divergence(policy, rootPriors(search.tree))),
        }),
    };
    this.agent.searches.give(search);
    return { move, report };
  }

  private sample(selfplay: GumbelSelfplay, policy: Float64Array | null): number {
    const { search, question } = this;
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
class PolicyThinking implements Thinking {
  readonly evaluator: Evaluator;
  private readonly agent: GumbelAgent;
  private readonly search: PolicySearch;
  private readonly question: Question;

  constructor(agent: GumbelAgent, question: Question) {
    this.agent = agent;
    this.evaluator = agent.evaluator;
    this.question = question;
    this.search = agent.policies.take();
    this.search.begin(question.state, question.legal);
  }

  gather(batch: EvaluationBatch, limit: number): number {
    return this.search.gather(batch, limit);
  }

  scatter(batch: EvaluationBatch): void {
    this.search.scatter(batch);
  }

  answer(): Answer {
    const index = sampleIndex(this.search.policy(), 1, this.question.random);
    this.agent.policies.give(this.search);
    return { move: this.question.legal.moves[index] };
  }
}

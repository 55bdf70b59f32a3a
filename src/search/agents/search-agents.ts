/** Agents that play to win without self-play trimmings: PUCT, the bare policy, best-first descent. */
import type { Rules } from '../../engine/rules.ts';
import { checkBudget } from '../budget.ts';
import type { EvaluationBatch, Evaluator } from '../evaluators/evaluator.ts';
import type { DecisionSearch } from '../players/search-data.ts';
import { DescentSearch } from '../puct/descent-search.ts';
import { PolicySearch } from '../puct/policy-search.ts';
import { PuctSearch } from '../puct/puct-search.ts';
import { TEMPERATURE_PRESETS, type TemperaturePreset, temperatureAt } from '../temperature.ts';
import { rootValue, sampleIndex } from '../tree/root.ts';
import type { TreeSearch } from '../tree/search.ts';
import { Workbench } from '../tree/workbench.ts';
import type { Agent, Answer, Question, Seat, Thinking } from './agent.ts';
import { Pool } from './pool.ts';
import { quantisePolicy, quantiseValues } from './report.ts';

export interface SearchAgentOptions {
  readonly name: string;
  /** How boldly to sample from visits or policy; off by default. Root noise is used with any temperature schedule. */
  readonly temperature?: TemperaturePreset;
}

/** How a kind of search is used: begin, then read off the choice. */
interface Method<S extends TreeSearch> {
  readonly make: () => S;
  readonly begin: (search: S, question: Question, explore: boolean) => void;
  readonly choose: (search: S, temperature: number, question: Question) => number;
  readonly policy?: (search: S) => Float64Array;
}

class SearchAgent<S extends TreeSearch> implements Agent, Seat {
  readonly name: string;
  private readonly temperature: TemperaturePreset;
  private readonly evaluator: Evaluator;
  private readonly method: Method<S>;
  private readonly searches: Pool<S>;

  constructor(evaluator: Evaluator, { name, temperature }: SearchAgentOptions, method: Method<S>) {
    this.name = name;
    this.temperature = temperature ?? TEMPERATURE_PRESETS.off;
    this.evaluator = evaluator;
    this.method = method;
    this.searches = new Pool(method.make);
  }

  /** Remembers nothing about a game. */
  sit(_rules: Rules): Seat {
    return this;
  }

  think(question: Question): Thinking | Answer {
    const { legal, decision, random } = question;
    if (legal.length === 1) return { move: legal.moves[0] };
    const { method, searches, evaluator } = this;
    const search = searches.take();
    const normal = this.temperature.noise > 0 ? random.normal() : 0;
    const temperature = temperatureAt(this.temperature, { move: decision, legal: legal.length }, 1, normal);
    method.begin(search, question, this.temperature !== TEMPERATURE_PRESETS.off);
    return {
      evaluator,
      gather: (batch: EvaluationBatch, limit: number) => search.gather(batch, limit),
      scatter: (batch: EvaluationBatch) => search.scatter(batch),
      answer: () => {
        const index = method.choose(search, temperature, question);
        const report: DecisionSearch = {
          values: quantiseValues(rootValue(search.tree)),
          budget: search.simulations,
          ...(method.policy && { policy: quantisePolicy(method.policy(search)) }),
        };
        searches.give(search);
        return { move: legal.moves[index], report };
      },
    };
  }
}

export function puctAgent(
  evaluator: Evaluator,
  simulations: number,
  options: SearchAgentOptions,
  bench = new Workbench(evaluator.rules),
): Agent {
  checkBudget(simulations);
  return new SearchAgent(evaluator, options, {
    make: () => new PuctSearch(bench, evaluator, { simulations }),
    begin: (search, { state, legal, random }, explore) => search.begin(state, legal, explore ? random : null),
    choose: (search, temperature, { random }) => search.choose(temperature, random),
    policy: (search) => search.policy(),
  });
}

/** Plays the evaluator's policy, by default its most likely move. */
export function policyAgent(
  evaluator: Evaluator,
  options: SearchAgentOptions,
  bench = new Workbench(evaluator.rules),
): Agent {
  return new SearchAgent(evaluator, options, {
    make: () => new PolicySearch(bench, evaluator),
    begin: (search, { state, legal }) => search.begin(state, legal),
    choose: (search, temperature, { random }) => sampleIndex(search.policy(), temperature, random),
  });
}

export function descentAgent(
  evaluator: Evaluator,
  simulations: number,
  options: SearchAgentOptions,
  bench = new Workbench(evaluator.rules),
): Agent {
  checkBudget(simulations);
  return new SearchAgent(evaluator, options, {
    make: () => new DescentSearch(bench, evaluator, simulations),
    begin: (search, { state, legal }) => search.begin(state, legal),
    choose: (search) => search.winner(),
  });
}

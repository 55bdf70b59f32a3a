/** Players that play to win without self-play trimmings: PUCT, the bare policy, best-first descent. */
import { checkBudget } from '../budget.ts';
import type { EvaluationBatch, Evaluator } from '../evaluators/evaluator.ts';
import { DescentSearch } from '../puct/descent-search.ts';
import { PolicySearch } from '../puct/policy-search.ts';
import { PuctSearch } from '../puct/puct-search.ts';
import { TEMPERATURE_PRESETS, type TemperaturePreset, temperatureAt } from '../temperature.ts';
import { rootValue, sampleIndex } from '../tree/root.ts';
import type { TreeSearch } from '../tree/search.ts';
import { Workbench } from '../tree/workbench.ts';
import type { Answer, GamePlayer, PendingEvaluation, Player, Question } from './player.ts';
import { quantisePolicy, quantiseValues } from './report.ts';
import type { DecisionSearch } from './search-data.ts';
import { SearchPool } from './search-pool.ts';

export interface TreePlayerOptions {
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

class TreePlayer<S extends TreeSearch> implements Player, GamePlayer {
  readonly name: string;
  readonly #temperature: TemperaturePreset;
  readonly #evaluator: Evaluator;
  readonly #method: Method<S>;
  readonly #searches: SearchPool<S>;

  constructor(evaluator: Evaluator, { name, temperature }: TreePlayerOptions, method: Method<S>) {
    this.name = name;
    this.#temperature = temperature ?? TEMPERATURE_PRESETS.off;
    this.#evaluator = evaluator;
    this.#method = method;
    this.#searches = new SearchPool(method.make);
  }

  /** Remembers nothing about a game. */
  newGame(): GamePlayer {
    return this;
  }

  decide(question: Question): PendingEvaluation | Answer {
    const { legal, decision, random } = question;
    if (legal.length === 1) return { move: legal.moves[0] };
    const method = this.#method;
    const searches = this.#searches;
    const evaluator = this.#evaluator;
    const search = searches.take();
    const normal = this.#temperature.noise > 0 ? random.normal() : 0;
    const temperature = temperatureAt(this.#temperature, { move: decision, legal: legal.length }, 1, normal);
    method.begin(search, question, this.#temperature !== TEMPERATURE_PRESETS.off);
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

export function puctPlayer(
  evaluator: Evaluator,
  simulations: number,
  options: TreePlayerOptions,
  bench = new Workbench(evaluator.rules),
): Player {
  checkBudget(simulations);
  return new TreePlayer(evaluator, options, {
    make: () => new PuctSearch(bench, evaluator, { simulations }),
    begin: (search, { state, legal, random }, explore) => search.begin(state, legal, explore ? random : null),
    choose: (search, temperature, { random }) => search.choose(temperature, random),
    policy: (search) => search.policy(),
  });
}

/** Plays the evaluator's policy, by default its most likely move. */
export function policyPlayer(
  evaluator: Evaluator,
  options: TreePlayerOptions,
  bench = new Workbench(evaluator.rules),
): Player {
  return new TreePlayer(evaluator, options, {
    make: () => new PolicySearch(bench, evaluator),
    begin: (search, { state, legal }) => search.begin(state, legal),
    choose: (search, temperature, { random }) => sampleIndex(search.policy(), temperature, random),
  });
}

export function descentPlayer(
  evaluator: Evaluator,
  simulations: number,
  options: TreePlayerOptions,
  bench = new Workbench(evaluator.rules),
): Player {
  checkBudget(simulations);
  return new TreePlayer(evaluator, options, {
    make: () => new DescentSearch(bench, evaluator, simulations),
    begin: (search, { state, legal }) => search.begin(state, legal),
    choose: (search) => search.winner(),
  });
}

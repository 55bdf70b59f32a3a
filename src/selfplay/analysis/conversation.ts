/** Answers the queries of a program as they come: many in flight, the most urgent first (docs/analysis.md). */
import { VERSION } from '../../core/version.ts';
import { moveToJson } from '../../engine/json/move.ts';
import { moveNotation } from '../../engine/notation.ts';
import { RULES_VERSION } from '../../engine/rules.ts';
import { configOf, type Game } from '../../games/game/game.ts';
import { gameOfPosition } from '../../games/game/of-position.ts';
import { gameOfRecord } from '../../games/game/of-record.ts';
import { gameKind } from '../../games/record/game.ts';
import { findingOf } from '../../search/gumbel/finding.ts';
import type { GumbelSearch } from '../../search/gumbel/gumbel-search.ts';
import type { Analyst, Decision } from './analyst.ts';
import { type GamePosition, positionsOf } from './positions.ts';
import { type AnalyzeQuery, BadQuery, badQueryOf, parseQuery, type Query } from './queries.ts';

export interface ModelFacts {
  readonly config: string;
  readonly hash: string;
  readonly architecture: string;
  readonly encoder: string;
  readonly policy: string;
}

export interface ConversationOptions {
  readonly model: ModelFacts;
  /** Simulations of queries that name none. */
  readonly budget: number;
  readonly answer: (record: { readonly type: string }) => void;
}

const MOVES_TOLD = 10;

interface Found {
  readonly partial: boolean;
  readonly [field: string]: unknown;
}

export class Conversation {
  readonly #analyst: Analyst;
  readonly #options: ConversationOptions;
  readonly #open = new Map<string, Set<Decision>>();
  readonly counts = { queries: 0, bad: 0, positions: 0, terminated: 0 };

  constructor(analyst: Analyst, options: ConversationOptions) {
    this.#analyst = analyst;
    this.#options = options;
  }

  /** A line as it came. A bad one is answered with an `error` record. */
  take(line: string, number: number): void {
    this.counts.queries++;
    try {
      this.#obey(parseQuery(line));
    } catch (error) {
      if (!(error instanceof BadQuery)) throw error;
      this.refuse(error, number);
    }
  }

  refuse({ id, code, message }: BadQuery, line: number): void {
    this.counts.bad++;
    this.#options.answer({ type: 'error', ...{ id, line, code, message } });
  }

  /** A recorded game, as the answer to a query of its id. */
  takeGame(game: Game, number: number): void {
    this.counts.queries++;
    try {
      this.#search({ type: 'analyze', id: game.id }, game);
    } catch (error) {
      this.refuse(badQueryOf(game.id, error), number);
    }
  }

  #obey(query: Query): void {
    if (query.type === 'analyze') this.#analyze(query);
    else this.#options.answer(this.#reply(query));
  }

  #reply(query: Exclude<Query, AnalyzeQuery>): { readonly type: string } & object {
    const { id } = query;
    switch (query.type) {
      case 'terminate': {
        const reply = { id, target: query.target, positions: this.#terminate(query.target) };
        return { type: 'terminated', ...reply };
      }
      case 'terminate_all': {
        const positions = [...this.#open.keys()].reduce((sum, open) => sum + this.#terminate(open), 0);
        return { type: 'terminated', ...{ id, target: null, positions } };
      }
      case 'version':
        return { type: 'version', ...{ id, rr: VERSION, rules: RULES_VERSION } };
      case 'model':
        return { type: 'model', ...{ id, ...this.#options.model } };
    }
  }

  #analyze(query: AnalyzeQuery): void {
    try {
      this.#search(query, gameOf(query));
    } catch (error) {
      throw badQueryOf(query.id, error);
    }
  }

  /** A game of a file that could not be read. */
  missGame(): void {
    this.counts.queries++;
    this.counts.bad++;
  }

  /** How many positions it ended. Each is answered with what is known. */
  #terminate(target: string): number {
    const decisions = [...(this.#open.get(target) ?? [])];
    for (const decision of decisions) this.#analyst.terminate(decision);
    return decisions.length;
  }

  #search(query: AnalyzeQuery, game: Game): void {
    const { id } = query;
    const { config } = this.#options.model;
    if (configOf(game) !== config) {
      throw new BadQuery(id, 'MODEL_INCOMPATIBLE', `it is ${configOf(game)}, the model plays ${config}`);
    }
    if (this.#open.has(id)) throw new BadQuery(id, 'QUERY_INVALID', 'a query of this id is not finished yet');
    const { positions } = positionsOf(game, query.plies);
    const over = positions.find(({ state }) => state.isOver);
    if (over) throw new BadQuery(id, 'QUERY_INVALID', `the game is over at ply ${over.ply}`);
    const open = new Set<Decision>();
    const decisions = positions.flatMap((position) => {
      if (position.legal.length > 1) return [this.#decision(query, position, open)];
      this.#forced(id, position);
      return [];
    });
    if (decisions.length === 0) return;
    this.#open.set(id, open);
    for (const decision of decisions) open.add(decision);
    for (const decision of decisions) this.#analyst.submit(decision);
  }

  #decision(query: AnalyzeQuery, position: GamePosition, open: Set<Decision>): Decision {
    const { id, moves = MOVES_TOLD, partial, priority = 0, budget = this.#options.budget } = query;
    const { state, legal } = position;
    const told = (search: GumbelSearch): object => findingOf(search, moves);
    let last = performance.now();
    const decision: Decision = {
      state,
      legal,
      simulations: budget,
      priority,
      ...(partial !== undefined && {
        onProgress: (search: GumbelSearch): void => {
          if (performance.now() - last < 1000 * partial) return;
          last = performance.now();
          this.#tell(id, position, { partial: true, ...told(search) });
        },
      }),
      onEnd: (search, terminated) => {
        open.delete(decision);
        if (open.size === 0) this.#open.delete(id);
        if (terminated) this.counts.terminated++;
        this.#tell(id, position, {
          partial: false,
          ...(terminated && { terminated }),
          ...(search ? told(search) : { simulations: 0, evaluations: 0, moves: [] }),
        });
      },
    };
    return decision;
  }

  /** One legal move is no question for a network. */
  #forced(id: string, position: GamePosition): void {
    const { state, legal } = position;
    const move = legal.at(0);
    const only = { index: 0, text: moveNotation(state, move), move: moveToJson(state, move) };
    this.#tell(id, position, { partial: false, forced: true, simulations: 0, evaluations: 0, moves: [only] });
  }

  #tell(id: string, { ply, state, played }: GamePosition, found: Found): void {
    if (!found.partial) this.counts.positions++;
    this.#options.answer({
      type: 'analysis',
      ...{ id, ply, player: state.player, ...(played && { played: played.text }), ...found },
    });
  }
}

function gameOf({ id, position, game }: AnalyzeQuery): Game {
  if (position) return gameOfPosition(position, 'position');
  const checked = gameKind.check({ ...game, type: 'game' });
  if (!checked.ok) throw new BadQuery(id, 'RECORD_INVALID', checked.detail);
  return gameOfRecord(checked.value, 'game');
}

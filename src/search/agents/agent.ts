/**
 * Who decides in many games at once. An agent lives as long as its thread; it gives every game a seat, which may
 * remember things about that game; a seat answers a decision at once or with something to be thought through together
 * with the leaves of other games.
 */
import type { MoveList } from '../../engine/moves.ts';
import type { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';
import type { EvaluationBatch, Evaluator } from '../evaluators/evaluator.ts';
import type { DecisionSearch } from '../players/search-data.ts';

export interface Question {
  readonly state: State;
  /** At least one move. */
  readonly legal: MoveList;
  /** Draws of this seat in this game. */
  readonly random: Random;
  /** Decisions made in the game before this one. */
  readonly decision: number;
}

export interface Answer {
  readonly move: number;
  readonly report?: DecisionSearch;
}

/**
 * A decision being searched; see TreeSearch for the order of calls. Whoever drives it never keeps more than one
 * unanswered gather, and calls `answer` once, after gather gave 0.
 */
export interface Thinking {
  readonly evaluator: Evaluator;
  gather(batch: EvaluationBatch, limit: number): number;
  scatter(batch: EvaluationBatch): void;
  answer(): Answer;
}

export interface Seat {
  think(question: Question): Thinking | Answer;
}

export interface Agent {
  readonly name: string;
  /** Called once per game and agent, even if the agent holds several places in it. */
  sit(rules: Rules, random: Random): Seat;
}

export const isAnswer = (result: Thinking | Answer): result is Answer => 'move' in result;

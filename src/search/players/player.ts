/**
 * The one interface of whoever decides. A player lives as long as its thread and may take part in many games at once:
 * what it has to remember of a game is in the GamePlayer that `newGame` gives. A decision is answered at once, after
 * evaluations that go into batches shared with other games, or whenever a promise resolves.
 */
import type { MoveList } from '../../engine/moves.ts';
import type { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';
import type { EvaluationBatch, Evaluator } from '../evaluators/evaluator.ts';
import type { DecisionSearch } from './search-data.ts';

/** The decision that is due. Read it freely until it is answered; change none of it. */
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
  /** One of the legal moves. */
  readonly move: number;
  /** What a search found. */
  readonly report?: DecisionSearch | undefined;
}

/** Instead of a move: the player gives the game up. */
export interface Forfeit {
  /** What it did, for people. */
  readonly forfeit: string;
}

/**
 * A decision that waits for evaluations; see TreeSearch for the order of calls. Whoever drives it never keeps more than
 * one unanswered gather, and calls `answer` once, after gather gave 0.
 */
export interface PendingEvaluation {
  readonly evaluator: Evaluator;
  gather(batch: EvaluationBatch, limit: number): number;
  scatter(batch: EvaluationBatch): void;
  answer(): Answer;
}

/** A decision that somebody outside of this thread makes. */
export type PendingReply = Promise<Answer | Forfeit>;

/** A player in one game. */
export interface GamePlayer {
  decide(question: Question): Answer | PendingEvaluation | PendingReply;
}

export interface Player {
  /** As records name it. */
  readonly name: string;
  /**
   * A new game begins: draw from `random` whatever is drawn once per game. Called once per game and player, even if the
   * player holds several seats in it.
   */
  newGame(rules: Rules, random: Random): GamePlayer;
}

export const isAnswer = (result: Answer | Forfeit | PendingEvaluation | PendingReply): result is Answer =>
  'move' in result;

/** The same player under another name. */
export const renamed = (player: Player, name: string): Player => ({
  name,
  newGame: (rules, random) => player.newGame(rules, random),
});

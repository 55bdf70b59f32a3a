/**
 * Fixed-depth searches with the heuristic, over a beam of each position's best moves.
 *
 *   minimax  two players: alpha-beta on the difference of scores; more players: everybody else against the mover
 *            (paranoid, Sturtevant & Korf 2000)
 *   maxn     everybody maximises his own score (Luckhardt & Irani 1986)
 *   brs      among the opponents' moves of a round only one is searched, the best reply; the others play their best
 *            static move (BRS+, Esser et al. 2013, after Schadd & Winands 2011)
 *
 * Depth counts decisions, of which a turn has several; whoever decides next may be the same player.
 */
import type { Rules } from '../../engine/rules.ts';
import { HeuristicEvaluator } from '../heuristic/evaluate.ts';
import { PROFILES } from '../heuristic/weights.ts';
import { DEFAULT_DEPTH, type DepthOptions, Frame } from './depth-frame.ts';
import { HeuristicGame } from './heuristic.ts';
import type { Answer, GamePlayer, Player, Question } from './player.ts';

export const DEPTH_METHODS = ['minimax', 'maxn', 'brs'] as const;
export type DepthMethod = (typeof DEPTH_METHODS)[number];

export class DepthPlayer implements Player, GamePlayer {
  readonly name: string;
  readonly #method: DepthMethod;
  readonly #options: DepthOptions;
  #frames: Frame[] = [];
  #rules: Rules | null = null;
  /** Decides about the pie rule, which no look-ahead is needed for. */
  readonly #opening = new HeuristicGame(new HeuristicEvaluator({ weights: PROFILES.aggressive, mode: 'light' }));

  constructor(name: string, method: DepthMethod, options: DepthOptions = DEFAULT_DEPTH) {
    if (options.depth < 1 || options.width < 1) throw new RangeError('depth and width are at least 1');
    this.name = name;
    this.#method = method;
    this.#options = options;
  }

  /** Remembers nothing about a game. */
  newGame(): GamePlayer {
    return this;
  }

  decide(question: Question): Answer {
    const { state, legal } = question;
    if (legal.length === 1) return { move: legal.moves[0] };
    if (state.rules.options.swapRuleEnabled && state.movedMask <= 1) return this.#opening.decide(question);
    if (state.rules !== this.#rules) {
      this.#rules = state.rules;
      this.#frames = Array.from({ length: this.#options.depth }, () => new Frame(state.rules));
    }
    const root = this.#frames[0];
    root.state.copyFrom(state);
    root.legal.length = 0;
    for (let i = 0; i < legal.length; i++) root.legal.push(legal.moves[i]);
    root.rank(2 * this.#options.width);
    const best = this.#method === 'maxn' ? this.#bestMaxn() : this.#bestAgainst(state.player - 1);
    return { move: root.ranked[best] };
  }

  #bestMaxn(): number {
    const root = this.#frames[0];
    const seat = root.state.player - 1;
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < root.ranked.length; i++) {
      const value = this.#maxn(0, i)[seat];
      if (value > most) {
        most = value;
        best = i;
      }
    }
    return best;
  }

  /** Scores of the seats after ranked move `i` of the frame at `level`. */
  #maxn(level: number, i: number): ArrayLike<number> {
    const from = this.#frames[level];
    const { players } = from.state.rules;
    const known = from.scores.subarray(i * players, (i + 1) * players);
    if (level + 1 >= this.#options.depth) return known;
    const frame = this.#frames[level + 1];
    frame.enter(from.state, from.ranked[i]);
    if (frame.state.isOver) return known;
    frame.rank(this.#options.width);
    const seat = frame.state.player - 1;
    let best = this.#maxn(level + 1, 0);
    for (let j = 1; j < frame.ranked.length; j++) {
      const value = this.#maxn(level + 1, j);
      if (value[seat] > best[seat]) best = value;
    }
    return best;
  }

  #bestAgainst(me: number): number {
    const root = this.#frames[0];
    let best = 0;
    let alpha = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < root.ranked.length; i++) {
      const value = this.#alphaBeta(0, i, me, alpha, Number.POSITIVE_INFINITY, true);
      if (value > alpha) {
        alpha = value;
        best = i;
      }
    }
    return best;
  }

  /** Value for seat `me` of ranked move `i` at `level`. `replies`: an opponent's reply may still be searched (brs). */
  #alphaBeta(level: number, i: number, me: number, alpha: number, beta: number, replies: boolean): number {
    const from = this.#frames[level];
    if (level + 1 >= this.#options.depth) return lead(from.scores, i * from.state.rules.players, me, from);
    const frame = this.#frames[level + 1];
    frame.enter(from.state, from.ranked[i]);
    if (frame.state.isOver) return lead(from.scores, i * from.state.rules.players, me, from);
    const mine = frame.state.player - 1 === me;
    const oneReply = this.#method === 'brs' && !mine && frame.state.rules.players > 2;
    frame.rank(oneReply && !replies ? 1 : this.#options.width);
    let low = alpha;
    let high = beta;
    for (let j = 0; j < frame.ranked.length && low < high; j++) {
      // The best static move does not use the reply up; any other does.
      const left = mine || !oneReply || (replies && j === 0);
      const value = this.#alphaBeta(level + 1, j, me, low, high, left);
      if (mine) low = Math.max(low, value);
      else high = Math.min(high, value);
    }
    return mine ? low : high;
  }
}

/** A seat's score over the best of the others. */
function lead(scores: Float64Array, first: number, me: number, { state }: Frame): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let seat = 0; seat < state.rules.players; seat++) {
    if (seat !== me && scores[first + seat] > most) most = scores[first + seat];
  }
  return scores[first + me] - most;
}

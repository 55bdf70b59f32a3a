/**
 * One game as a task: it plays on until a decision has to wait, hands out what it waits for, and takes the answer. A
 * pure function of (seed, index), its players and its options: neither other games nor batch sizes change a move.
 *
 * A fork begins as the game of another index of the run does, played anew from that index, so that nothing has to be
 * kept of other games; after a drawn move it is a game of its own.
 */
import { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import {
  type Answer,
  type Forfeit,
  type GamePlayer,
  isAnswer,
  type PendingEvaluation,
  type PendingReply,
  type Player,
  type Question,
} from '../players/player.ts';
import type { DecisionSearch } from '../players/search-data.ts';
import type { Fork } from '../schedule/opening.ts';
import { GameInPlay, type GameLimits } from './game.ts';
import { finishedGame, type PlayedGame } from './played-game.ts';
import { FORK_STREAM, OPENING_STREAM, SEAT_STREAM, SETUP_STREAM } from './streams.ts';

/** Decisions that another game has made already teach nothing again. */
const SEEN: DecisionSearch = { weight: 0 };

export interface GameTaskOptions extends GameLimits {
  readonly seed: number;
  readonly index: number;
  /** players[i] starts in seat i + 1; a player may hold several. */
  readonly players: readonly Player[];
  /** Decisions at the start that are drawn uniformly instead of asking a player. */
  readonly openingMoves: number;
  /** Packed moves to replay first, bookkeeping included, all legal. */
  readonly prefix?: Int32Array;
  /** The game begins as the game of that index, with `players` at its table. */
  readonly fork?: Fork & { readonly players: readonly Player[] };
  /** Polled before each decision; true abandons the game. */
  readonly stopped?: () => boolean;
}

/** What a game waits for: evaluations that whoever drives it provides, or a reply that the game takes by itself. */
export type Waiting = PendingEvaluation | Promise<void>;

export const isReply = (waiting: Waiting): waiting is Promise<void> => waiting instanceof Promise;

/** A player in one game and what it is asked, decision after decision. */
interface Chair {
  readonly player: GamePlayer;
  readonly question: Question & { decision: number };
}

export class GameTask {
  readonly index: number;
  readonly game: GameInPlay;
  /** The seat whose player gave the game up, counted from 1, and what it did. */
  forfeit: (Forfeit & { readonly seat: number }) | undefined;
  readonly #options: GameTaskOptions;
  readonly #own: Table;
  /** Where a fork still follows the other game. */
  #followed: Table | null;
  #drawn = 0;
  #pending: PendingEvaluation | null = null;
  #reply: Answer | Forfeit | null = null;

  constructor(rules: Rules, options: GameTaskOptions) {
    const { seed, index, players, fork, prefix } = options;
    if (players.length !== rules.players) throw new RangeError(`${players.length} players for ${rules.players} seats`);
    this.index = index;
    this.game = new GameInPlay(rules, options);
    this.#options = options;
    this.#own = new Table(this.game, seed, index, players);
    this.#followed = fork ? new Table(this.game, seed, fork.index, fork.players) : null;
    // The game plays bookkeeping by itself, so some moves of a prefix are made already when their turn comes.
    prefix?.forEach((move, ply) => {
      if (ply === this.game.state.ply) this.game.play(move);
    });
  }

  /** Played to its end, to the limit of moves, or until somebody forfeited. */
  get isOver(): boolean {
    return this.game.isOver || this.forfeit !== undefined;
  }

  /** Takes the answer it waited for, plays on, and returns what it waits for next; null: it is over, or abandoned. */
  advance(): Waiting | null {
    const { game } = this;
    const { openingMoves, fork, stopped } = this.#options;
    this.#takeAnswer();
    while (!this.isOver) {
      if (stopped?.()) return null;
      if (this.#followed && game.decisions >= (fork?.decisions ?? 0)) {
        this.#leaveOther();
        continue;
      }
      const { chairs, opening } = this.#followed ?? this.#own;
      if (this.#drawn < openingMoves) {
        this.#drawn++;
        this.#play(game.drawMove(opening));
        continue;
      }
      const { player, question } = chairs[game.turn];
      question.decision = game.decisions;
      const result = player.decide(question);
      if (isAnswer(result)) this.#play(result.move, result.report);
      else return this.#waitFor(result);
    }
    return null;
  }

  /** The record of the finished game. */
  result(): PlayedGame {
    const { index, players, fork } = this.#options;
    const names = players.map(({ name }) => name);
    const played = finishedGame(this.game, index, names, this.#drawn);
    return fork ? { ...played, fork: { index: fork.index, decisions: fork.decisions } } : played;
  }

  #waitFor(result: PendingEvaluation | PendingReply): Waiting {
    if (result instanceof Promise) {
      return result.then((reply) => {
        this.#reply = reply;
      });
    }
    this.#pending = result;
    return result;
  }

  #takeAnswer(): void {
    const answer = this.#pending ? this.#pending.answer() : this.#reply;
    this.#pending = null;
    this.#reply = null;
    if (answer === null) return;
    if (isAnswer(answer)) this.#play(answer.move, answer.report);
    else this.forfeit = { ...answer, seat: this.game.state.player };
  }

  #play(move: number, report?: DecisionSearch): void {
    this.game.play(move, this.#followed ? SEEN : report);
  }

  /** One move drawn among all, and from there on a game of its own without further drawn ones. */
  #leaveOther(): void {
    const { seed, index, openingMoves } = this.#options;
    this.#play(this.game.drawMove(new Random(seed, index, FORK_STREAM, 1)));
    this.#followed = null;
    this.#drawn = openingMoves;
  }
}

/** The chairs of the game of an index, and its draws. */
class Table {
  /** chairs[i] is that of who starts as player i + 1. */
  readonly chairs: readonly Chair[];
  readonly opening: Random;

  constructor({ state, legal }: GameInPlay, seed: number, index: number, players: readonly Player[]) {
    this.opening = new Random(seed, index, OPENING_STREAM);
    const begun = new Map<Player, GamePlayer>();
    this.chairs = players.map((who, i) => {
      const player = begun.get(who) ?? who.newGame(state.rules, new Random(seed, index, SETUP_STREAM + i + 1));
      begun.set(who, player);
      const random = new Random(seed, index, SEAT_STREAM + i + 1);
      return { player, question: { state, legal, random, decision: 0 } };
    });
  }
}

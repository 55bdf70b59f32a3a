/**
 * One game among many, as a state machine: it plays on until a seat has to think, hands that thinking to whoever fills
 * evaluation batches, and takes the answer. A pure function of (seed, index), its agents and its options: neither the
 * other games nor the batch sizes change a move. With blocking players only it is the game that playGame plays.
 *
 * A fork begins as the game of another index of the run does, played anew from that index, so that nothing has to be
 * kept of other games; after a drawn move it is a game of its own.
 */
import { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import { type Agent, isAnswer, type Seat, type Thinking } from '../../search/agents/agent.ts';
import { GameInPlay, type GameLimits } from '../../search/play/game.ts';
import {
  finishedGame,
  OPENING_STREAM,
  type PlayedGame,
  SEAT_STREAM,
  SETUP_STREAM,
} from '../../search/play/play-game.ts';
import type { DecisionSearch } from '../../search/players/search-data.ts';
import type { Fork } from '../../search/schedule/opening.ts';

/** Stream of the draws about forks; see the streams of play-game.ts. */
export const FORK_STREAM = 2;

/** Decisions that another game has made already teach nothing again. */
const SEEN: DecisionSearch = { weight: 0 };

export interface SearchedGameOptions extends GameLimits {
  /** Decisions at the start that are drawn uniformly instead of asking a seat. */
  readonly openingMoves: number;
  /** Packed moves to replay first, bookkeeping included, all legal. */
  readonly prefix?: Int32Array;
  /** The game begins as the game of that index, with `agents` at its table. */
  readonly fork?: Fork & { readonly agents: readonly Agent[] };
}

/** Who sits where in the game of an index, and its draws. */
class Table {
  /** By place at the table: seats[i] starts as player i + 1. */
  readonly seats: readonly Seat[];
  readonly randoms: readonly Random[];
  readonly opening: Random;

  constructor(rules: Rules, seed: number, index: number, agents: readonly Agent[]) {
    this.opening = new Random(seed, index, OPENING_STREAM);
    this.randoms = agents.map((_, i) => new Random(seed, index, SEAT_STREAM + i + 1));
    const sitting = new Map<Agent, Seat>();
    this.seats = agents.map((agent, i) => {
      const seat = sitting.get(agent) ?? agent.sit(rules, new Random(seed, index, SETUP_STREAM + i + 1));
      sitting.set(agent, seat);
      return seat;
    });
  }
}

export class SearchedGame {
  readonly index: number;
  readonly game: GameInPlay;
  private readonly seed: number;
  private readonly names: readonly string[];
  private readonly own: Table;
  private readonly options: SearchedGameOptions;
  /** Where a fork still follows the other game. */
  private followed: Table | null;
  private drawn = 0;
  private thinking: Thinking | null = null;

  /** `agents[i]` starts in seat i + 1; an agent may hold several. */
  constructor(rules: Rules, seed: number, index: number, agents: readonly Agent[], options: SearchedGameOptions) {
    if (agents.length !== rules.players) throw new RangeError(`${agents.length} agents for ${rules.players} seats`);
    const { fork, prefix } = options;
    this.index = index;
    this.seed = seed;
    this.options = options;
    this.names = agents.map(({ name }) => name);
    this.game = new GameInPlay(rules, options);
    this.own = new Table(rules, seed, index, agents);
    this.followed = fork ? new Table(rules, seed, fork.index, fork.agents) : null;
    // The game plays bookkeeping by itself, so some moves of a prefix are made already when their turn comes.
    prefix?.forEach((move, ply) => {
      if (ply === this.game.state.ply) this.game.play(move);
    });
  }

  /** Takes the answer of the thinking given last, plays on, and returns the next one; null when the game is over. */
  advance(): Thinking | null {
    const { game } = this;
    if (this.thinking) {
      const { move, report } = this.thinking.answer();
      this.thinking = null;
      this.play(move, report);
    }
    while (!game.isOver) {
      if (this.followed && game.decisions >= (this.options.fork?.decisions ?? 0)) {
        this.leaveOther();
        continue;
      }
      const { state, legal, decisions } = game;
      const { seats, randoms, opening } = this.followed ?? this.own;
      if (this.drawn < this.options.openingMoves) {
        this.drawn++;
        this.play(legal.moves[opening.below(legal.length)]);
        continue;
      }
      const holder = game.swapped ? 2 - state.player : state.player - 1;
      const result = seats[holder].think({ state, legal, random: randoms[holder], decision: decisions });
      if (!isAnswer(result)) {
        this.thinking = result;
        return result;
      }
      this.play(result.move, result.report);
    }
    return null;
  }

  /** The record of the finished game. */
  result(): PlayedGame {
    const played = finishedGame(this.game, this.index, this.names, this.drawn);
    const { fork } = this.options;
    return fork ? { ...played, fork: { index: fork.index, decisions: fork.decisions } } : played;
  }

  private play(move: number, report?: DecisionSearch): void {
    this.game.play(move, this.followed ? SEEN : report);
  }

  /** One move drawn among all, and from there on a game of its own without further drawn ones. */
  private leaveOther(): void {
    const { legal } = this.game;
    this.play(legal.moves[new Random(this.seed, this.index, FORK_STREAM, 1).below(legal.length)]);
    this.followed = null;
    this.drawn = this.options.openingMoves;
  }
}

/**
 * One game among many, as a state machine: it plays on until a seat has to think, hands that thinking to whoever fills
 * evaluation batches, and takes the answer. A pure function of (seed, index), its agents and its options: neither the
 * other games nor the batch sizes change a move. With blocking players only it is the game that playGame plays.
 */
import { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import { type Agent, isAnswer, type Seat, type Thinking } from '../agents/agent.ts';
import { GameInPlay, type GameLimits } from '../play/game.ts';
import { finishedGame, OPENING_STREAM, type PlayedGame, SEAT_STREAM, SETUP_STREAM } from '../play/play-game.ts';

export interface SearchedGameOptions extends GameLimits {
  /** Decisions at the start that are drawn uniformly instead of asking a seat. */
  readonly openingMoves: number;
  /** Packed moves to replay first, bookkeeping included, all legal: the game starts as a fork of another one. */
  readonly prefix?: Int32Array;
}

export class SearchedGame {
  readonly index: number;
  readonly game: GameInPlay;
  private readonly names: readonly string[];
  /** By place at the table: seats[i] starts as player i + 1. */
  private readonly seats: readonly Seat[];
  private readonly randoms: readonly Random[];
  private readonly opening: Random;
  private readonly options: SearchedGameOptions;
  private drawn = 0;
  private thinking: Thinking | null = null;

  /** `agents[i]` starts in seat i + 1; an agent may hold several. */
  constructor(rules: Rules, seed: number, index: number, agents: readonly Agent[], options: SearchedGameOptions) {
    if (agents.length !== rules.players) throw new RangeError(`${agents.length} agents for ${rules.players} seats`);
    this.index = index;
    this.options = options;
    this.names = agents.map(({ name }) => name);
    this.game = new GameInPlay(rules, options);
    this.opening = new Random(seed, index, OPENING_STREAM);
    this.randoms = agents.map((_, i) => new Random(seed, index, SEAT_STREAM + i + 1));
    const sitting = new Map<Agent, Seat>();
    this.seats = agents.map((agent, i) => {
      const seat = sitting.get(agent) ?? agent.sit(rules, new Random(seed, index, SETUP_STREAM + i + 1));
      sitting.set(agent, seat);
      return seat;
    });
    // The game plays bookkeeping by itself, so some moves of a prefix are made already when their turn comes.
    options.prefix?.forEach((move, ply) => {
      if (ply === this.game.state.ply) this.game.play(move);
    });
  }

  /** Takes the answer of the thinking given last, plays on, and returns the next one; null when the game is over. */
  advance(): Thinking | null {
    const { game } = this;
    if (this.thinking) {
      const { move, report } = this.thinking.answer();
      this.thinking = null;
      game.play(move, report);
    }
    while (!game.isOver) {
      const { state, legal, decisions } = game;
      if (this.drawn < this.options.openingMoves) {
        this.drawn++;
        game.play(legal.moves[this.opening.below(legal.length)]);
        continue;
      }
      const holder = game.swapped ? 2 - state.player : state.player - 1;
      const result = this.seats[holder].think({ state, legal, random: this.randoms[holder], decision: decisions });
      if (!isAnswer(result)) {
        this.thinking = result;
        return result;
      }
      game.play(result.move, result.report);
    }
    return null;
  }

  /** The record of the finished game. */
  result(): PlayedGame {
    return finishedGame(this.game, this.index, this.names, this.drawn);
  }
}

/** A game in which people take part: decisions one at a time, undo, resignation. Knows nothing of terminals. */
import { at } from '../../core/at.ts';
import { RESIGN } from '../../engine/apply.ts';
import type { MoveList } from '../../engine/moves.ts';
import { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';
import { GameInPlay } from '../../search/play/game.ts';
import { Batches } from '../../search/play/play-game.ts';
import { finishedGame, type PlayedGame } from '../../search/play/played-game.ts';
import type { Answer, GamePlayer, Player } from '../../search/players/player.ts';
import type { DecisionSearch } from '../../search/players/search-data.ts';
import { moveMarks } from '../board/marks.ts';
import type { Picture } from '../board/picture.ts';
import { snapshotOf } from '../board/snapshot.ts';
import { typedText } from './move-input.ts';
import { stackNews, stackOwners } from './told.ts';

/** Streams of random numbers, apart from those of self-play. */
const SEAT_STREAM = 48;
const HINT_STREAM = 64;

export interface Chair {
  /** `me`, or the player's name. */
  readonly name: string;
  /** Undefined for a person. */
  readonly player?: Player;
}

interface Decision {
  readonly move: number;
  readonly search: DecisionSearch | undefined;
}

export class SeatedGame {
  readonly rules: Rules;
  readonly chairs: readonly Chair[];
  readonly #seed: number;
  readonly #decisions: Decision[] = [];
  readonly #batches = new Batches();
  #game: GameInPlay;
  #players: readonly (GamePlayer | undefined)[];
  #last: Pick<Picture, 'marks' | 'caption'> = NOTHING_YET;
  #news: readonly string[] = [];

  constructor(rules: Rules, chairs: readonly Chair[], seed: number) {
    this.rules = rules;
    this.chairs = chairs;
    this.#seed = seed;
    this.#game = this.#fresh();
    this.#players = this.#newGame();
  }

  get state(): State {
    return this.#game.state;
  }
  /** Legal moves of the decision that is due. */
  get legal(): MoveList {
    return this.#game.legal;
  }
  get isOver(): boolean {
    return this.#game.isOver;
  }
  get decisions(): number {
    return this.#decisions.length;
  }
  /** Index of the chair whose turn it is: the pie rule makes people change seats. */
  get turn(): number {
    return this.#game.turn;
  }
  get personToMove(): boolean {
    return !this.isOver && at(this.chairs, this.turn).player === undefined;
  }
  /** Names by seat, as they sit now. */
  get names(): string[] {
    const names = this.chairs.map(({ name }) => name);
    return this.#game.swapped ? names.reverse() : names;
  }

  /** Why stacks are gone or others' after the last decision, one sentence each. */
  get news(): readonly string[] {
    return this.#news;
  }

  picture(): Picture {
    return { snapshot: snapshotOf(this.state), ...this.#last };
  }

  play(move: number, search?: DecisionSearch): void {
    const { player } = this.state;
    const notation = typedText(this.state, move);
    this.#last = { marks: moveMarks(this.state, move), caption: `player ${player}: ${notation}` };
    this.#decisions.push({ move, search });
    const before = stackOwners(this.state);
    this.#game.play(move, search);
    this.#news = stackNews(before, move, this.state);
  }

  /** The decision of the player whose turn it is, played: its name, and the move in notation. */
  async playOther(): Promise<{ readonly name: string; readonly move: string }> {
    const { turn } = this;
    const { name = '' } = this.chairs[turn] ?? {};
    const player = this.#players[turn];
    if (!player) throw new TypeError('a person is on turn');
    const { move, report } = await this.#ask(player, new Random(this.#seed, this.decisions, SEAT_STREAM + turn));
    const notation = typedText(this.state, move);
    this.play(move, report);
    return { name, move: notation };
  }

  /** What `player` would do here. */
  hint(player: Player): Promise<Answer> {
    const random = new Random(this.#seed, this.decisions, HINT_STREAM);
    return this.#ask(player.newGame(this.rules, random), random);
  }

  #ask(player: GamePlayer, random: Random): Promise<Answer> {
    const { state, legal, decisions: decision } = this;
    return this.#batches.decide(player, { state, legal, random, decision });
  }

  /** Back to the last decision that a person made; false when there is none. */
  undo(): boolean {
    let keep = this.#decisions.length - 1;
    const turns = this.#turns();
    while (keep >= 0 && at(this.chairs, at(turns, keep)).player !== undefined) keep--;
    if (keep < 0) return false;
    this.#replay(this.#decisions.slice(0, keep));
    return true;
  }

  resign(): void {
    const { player } = this.state;
    this.#game.play(RESIGN);
    this.#last = { ...NOTHING_YET, caption: `player ${player}: resign` };
  }

  finished(): PlayedGame {
    return finishedGame(
      this.#game,
      0,
      this.chairs.map(({ name }) => name),
      0,
    );
  }

  /** Chair of each decision so far. */
  #turns(): number[] {
    const game = this.#fresh();
    return this.#decisions.map(({ move }) => {
      const { turn } = game;
      game.play(move);
      return turn;
    });
  }

  #replay(decisions: readonly Decision[]): void {
    this.#decisions.length = 0;
    this.#game = this.#fresh();
    this.#players = this.#newGame();
    this.#last = NOTHING_YET;
    for (const { move, search } of decisions) this.play(move, search);
  }

  #fresh(): GameInPlay {
    return new GameInPlay(this.rules, { maxMoves: Number.POSITIVE_INFINITY, hashes: true });
  }

  #newGame(): (GamePlayer | undefined)[] {
    return this.chairs.map(({ player }, i) => player?.newGame(this.rules, new Random(this.#seed, 0, SEAT_STREAM + i)));
  }
}

const NOTHING_YET: Pick<Picture, 'marks' | 'caption'> = { marks: { path: [], area: [] }, caption: '' };

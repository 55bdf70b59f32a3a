/** A game at a table where people sit too: decisions one at a time, undo, resignation. Knows nothing of terminals. */
import { at } from '../../core/at.ts';
import { RESIGN } from '../../engine/apply.ts';
import type { MoveList } from '../../engine/moves.ts';
import { moveNotation } from '../../engine/notation.ts';
import { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';
import { type Agent, type Answer, isAnswer, type Seat } from '../../search/agents/agent.ts';
import type { EvaluationBatch, Evaluator } from '../../search/evaluators/evaluator.ts';
import { GameInPlay } from '../../search/play/game.ts';
import { finishedGame, type PlayedGame } from '../../search/play/play-game.ts';
import type { DecisionSearch } from '../../search/players/search-data.ts';
import { moveMarks } from '../board/marks.ts';
import type { Picture } from '../board/picture.ts';
import { snapshotOf } from '../board/snapshot.ts';

/** Streams of random numbers, apart from those of self-play. */
const SEAT_STREAM = 48;
const HINT_STREAM = 64;

/** Leaves of one decision that are evaluated together. */
const LEAVES = 16;

export interface Chair {
  /** `you`, or the agent's name. */
  readonly name: string;
  /** Undefined for a person. */
  readonly agent?: Agent;
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
  readonly #batches = new Map<Evaluator, EvaluationBatch>();
  #game: GameInPlay;
  #seats: readonly (Seat | undefined)[];
  #last: Pick<Picture, 'marks' | 'caption'> = NOTHING_YET;

  constructor(rules: Rules, chairs: readonly Chair[], seed: number) {
    this.rules = rules;
    this.chairs = chairs;
    this.#seed = seed;
    this.#game = this.#fresh();
    this.#seats = this.#sitDown();
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
    return this.#game.swapped ? 2 - this.state.player : this.state.player - 1;
  }
  get personToMove(): boolean {
    return !this.isOver && at(this.chairs, this.turn).agent === undefined;
  }
  /** Names by seat, as they sit now. */
  get names(): string[] {
    const names = this.chairs.map(({ name }) => name);
    return this.#game.swapped ? names.reverse() : names;
  }

  picture(): Picture {
    return { snapshot: snapshotOf(this.state), ...this.#last };
  }

  play(move: number, search?: DecisionSearch): void {
    const { player } = this.state;
    const notation = moveNotation(this.state, move);
    this.#last = { marks: moveMarks(this.state, move), caption: `player ${player}: ${notation}` };
    this.#decisions.push({ move, search });
    this.#game.play(move, search);
  }

  /** The decision of the agent whose turn it is, played. Returns it in notation. */
  async playAgent(): Promise<string> {
    const chair = this.turn;
    const seat = this.#seats[chair];
    if (!seat) throw new TypeError('a person is on turn');
    const random = new Random(this.#seed, this.decisions, SEAT_STREAM + chair);
    const { move, report } = await this.#ask(seat, random);
    const notation = moveNotation(this.state, move);
    this.play(move, report);
    return notation;
  }

  /** What `agent` would do here. */
  hint(agent: Agent): Promise<Answer> {
    const random = new Random(this.#seed, this.decisions, HINT_STREAM);
    return this.#ask(agent.sit(this.rules, random), random);
  }

  async #ask(seat: Seat, random: Random): Promise<Answer> {
    const result = seat.think({ state: this.state, legal: this.legal, random, decision: this.decisions });
    if (isAnswer(result)) return result;
    const batch = this.#batchOf(result.evaluator);
    for (;;) {
      batch.reset();
      if (result.gather(batch, LEAVES) === 0) return result.answer();
      await batch.run();
      result.scatter(batch);
    }
  }

  /** An evaluator hands out as many batches as it was made with, so each keeps its own for the whole game. */
  #batchOf(evaluator: Evaluator): EvaluationBatch {
    const known = this.#batches.get(evaluator);
    if (known) return known;
    const batch = evaluator.createBatch(Math.max(LEAVES, evaluator.preferredBatch));
    this.#batches.set(evaluator, batch);
    return batch;
  }

  /** Back to the last decision that a person made; false when there is none. */
  undo(): boolean {
    let keep = this.#decisions.length - 1;
    const turns = this.#turns();
    while (keep >= 0 && at(this.chairs, at(turns, keep)).agent !== undefined) keep--;
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
      const turn = game.swapped ? 2 - game.state.player : game.state.player - 1;
      game.play(move);
      return turn;
    });
  }

  #replay(decisions: readonly Decision[]): void {
    this.#decisions.length = 0;
    this.#game = this.#fresh();
    this.#seats = this.#sitDown();
    this.#last = NOTHING_YET;
    for (const { move, search } of decisions) this.play(move, search);
  }

  #fresh(): GameInPlay {
    return new GameInPlay(this.rules, { maxMoves: Number.POSITIVE_INFINITY, hashes: true });
  }

  #sitDown(): (Seat | undefined)[] {
    return this.chairs.map(({ agent }, i) => agent?.sit(this.rules, new Random(this.#seed, 0, SEAT_STREAM + i)));
  }
}

const NOTHING_YET: Pick<Picture, 'marks' | 'caption'> = { marks: { path: [], area: [] }, caption: '' };

/**
 * How the games of a database are distributed, by config and engine: lengths, endings, wins by seat, copies, openings. The last
 * games to arrive are held against those before them, since data go bad from some day on.
 */
import { createHash } from 'node:crypto';
import { decodeGame } from '../store/blob.ts';
import type { StoredGame } from '../store/types.ts';

export interface Distribution {
  readonly config: string;
  readonly engine: string;
  readonly games: number;
  /** Mean number of moves, and of the last games to arrive; null when there are too few before them. */
  readonly plies: number;
  readonly recentPlies: number | null;
  /** Games shorter or longer than games of that board are. */
  readonly oddLengths: number;
  readonly endings: Readonly<Record<string, number>>;
  /** Share of the decided games that each seat won. */
  readonly seats: readonly number[];
  /** Games with exactly the moves of another one. */
  readonly copies: number;
  /** Different first moves, as a share of the games. */
  readonly openings: number;
  /** What is out of the ordinary, in words. */
  readonly odd: readonly string[];
}

/** Moves from which on two games do not count as the same opening any more. */
const OPENING_PLIES = 12;
/** Games that are compared with all before them (docs/upstream-formats.md §8.6). */
const RECENT = 100;
/** A change of the mean length that is worth a word: a tenth, and no chance. */
const SHIFT = 0.1;
/** Standard errors that chance does not explain. */
const SURE = 5;
const SEAT_MARGIN = 0.2;
const MAX_COPIES = 0.02;

/** Half of the shortest and twice the longest game that is usual (docs/upstream-formats.md §8.6). */
const LENGTHS: Readonly<Record<StoredGame['board'], readonly [number, number]>> = {
  square8: [5, 1000],
  hex8: [5, 1000],
  square19: [10, 2000],
  hexagonal: [7, 1600],
};

/** Memory: a few numbers a game. */
export class Distributions {
  readonly #groups = new Map<string, Group>();

  /** In the order of arrival. */
  add(game: StoredGame): void {
    if (game.status !== 'completed') return;
    const key = JSON.stringify([`${game.board}_${game.players}p`, game.engine ?? game.source ?? 'unknown']);
    const group = this.#groups.get(key) ?? new Group(game);
    this.#groups.set(key, group);
    group.add(game);
  }

  get results(): Distribution[] {
    return [...this.#groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group.result());
  }
}

class Group {
  readonly #config: string;
  readonly #engine: string;
  readonly #board: StoredGame['board'];
  readonly #plies: number[] = [];
  readonly #wins: number[];
  readonly #endings = new Map<string, number>();
  readonly #games = new Set<string>();
  readonly #openings = new Set<string>();

  constructor({ board, players, engine, source }: StoredGame) {
    this.#config = `${board}_${players}p`;
    this.#engine = engine ?? source ?? 'unknown';
    this.#board = board;
    this.#wins = new Array<number>(players).fill(0);
  }

  add(game: StoredGame): void {
    const { moves } = decodeGame(game.moves, game.game_id);
    this.#plies.push(game.plies);
    if (game.winner !== null) this.#wins[game.winner - 1] = (this.#wins[game.winner - 1] ?? 0) + 1;
    const reason = game.reason ?? 'unknown';
    this.#endings.set(reason, (this.#endings.get(reason) ?? 0) + 1);
    this.#games.add(hashOf(moves));
    this.#openings.add(hashOf(moves.subarray(0, OPENING_PLIES)));
  }

  result(): Distribution {
    const games = this.#plies.length;
    const decided = this.#wins.reduce((sum, wins) => sum + wins, 0);
    const [shortest, longest] = LENGTHS[this.#board];
    const before = this.#plies.slice(0, -RECENT);
    const recent = this.#plies.slice(-RECENT);
    const figures = {
      games,
      plies: meanOf(this.#plies),
      recentPlies: before.length < RECENT ? null : meanOf(recent),
      oddLengths: this.#plies.filter((plies) => plies < shortest || plies > longest).length,
      seats: this.#wins.map((wins) => wins / Math.max(1, decided)),
      copies: games - this.#games.size,
      openings: this.#openings.size / games,
    };
    const odd = [
      ...oddSeat(figures.seats, decided),
      ...(figures.copies / games > MAX_COPIES ? [`${figures.copies} games have exactly the moves of another one`] : []),
      ...(figures.oddLengths > 0 ? [`${figures.oddLengths} games are shorter or longer than games of this board`] : []),
      ...(figures.recentPlies === null ? [] : oddShift(before, recent)),
    ];
    const endings = Object.fromEntries([...this.#endings].sort(([, a], [, b]) => b - a));
    return { config: this.#config, engine: this.#engine, ...figures, endings, odd };
  }
}

function oddSeat(seats: readonly number[], decided: number): string[] {
  const equal = 1 / seats.length;
  const most = Math.max(...seats);
  const errors = (most - equal) / Math.sqrt((equal * (1 - equal)) / Math.max(1, decided));
  if (most <= equal + SEAT_MARGIN || errors <= SURE) return [];
  return [`seat ${seats.indexOf(most) + 1} wins ${Math.round(100 * most)} % of ${decided} games`];
}

function oddShift(before: readonly number[], recent: readonly number[]): string[] {
  const [then, now] = [meanOf(before), meanOf(recent)];
  const error = Math.sqrt(varianceOf(before) / before.length + varianceOf(recent) / recent.length);
  if (Math.abs(now - then) <= Math.max(SHIFT * then, SURE * error)) return [];
  return [
    `the last ${recent.length} games have ${now.toFixed(0)} moves in the mean, those before them ${then.toFixed(0)}`,
  ];
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
}

const hashOf = (moves: Int32Array): string =>
  createHash('sha256')
    .update(new Uint8Array(moves.buffer, moves.byteOffset, moves.byteLength))
    .digest('base64');

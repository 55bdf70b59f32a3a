/**
 * A recorded game, whatever it was read from: a record stream, our database, upstream's database, a trace. Nothing in it
 * has been checked against the rules yet; replay() does that, and every use of a game goes through replay().
 */

import type { RawMove } from '../../engine/json/move.ts';
import type { StackOrder } from '../../engine/json/stack-order.ts';
import type { DETECTORS, OUTCOMES } from '../../engine/phases.ts';
import type { State } from '../../engine/state.ts';
import type { PlySearch } from '../../search/players/search-data.ts';

export interface Game {
  /** File, or line of a file, it came from. */
  readonly where: string;
  readonly id: string;
  /** The position before the first move, and with it the rules; not to be changed. */
  readonly initial: State;
  /** Stacks of the initial position in upstream's order, where a recovery may leave its payer unnamed. Not to be changed. */
  readonly order?: StackOrder;
  /** Each move packed by our engine, or in full as it was recorded. */
  readonly moves: readonly (number | RawMove)[];
  /** Plies whose move may be one that upstream accepts outside the legal set. */
  readonly exceptions: ReadonlySet<number> | 'anywhere';
  /** From this ply on the rules refuse what was recorded, and whoever stored the game knew it. */
  readonly broken?: number;
  /** By ascending ply. */
  readonly searches: readonly GameSearch[];
  readonly seats: readonly GameSeat[];
  readonly status: 'completed' | 'abandoned' | 'in_progress';
  /** Winning seat; 0 when there is none. */
  readonly winner: number;
  /** Why it ended, in the source's words. */
  readonly reason: string | null;
  /** What our own engine wrote about the end; a replay has to reach exactly that. Absent in games from elsewhere. */
  readonly outcome?: (typeof OUTCOMES)[number];
  readonly detector?: (typeof DETECTORS)[number];
  /** Final rings eliminated and territory, seat 1 first. */
  readonly eliminated?: readonly number[];
  readonly territory?: readonly number[];
  /** What the source stored about positions on the way; parity holds a replay against it. */
  readonly claims?: GameClaims;
  /** Free text of upstream (`selfplay_random`, `gumbel_selfplay` …) or the name of our engine. */
  readonly source: string | null;
  /** Engine name (`heuristic`, `gumbel-mcts` …). */
  readonly engine: string | null;
  /** ISO-8601. */
  readonly createdAt: string | null;
  readonly completedAt: string | null;
  /** 0…1, docs/upstream-formats.md §8.6. */
  readonly quality: number | null;
  /** Kind of the opponent where the source tells. */
  readonly opponent: string | null;
  /** Elo of the model that generated the game. */
  readonly modelElo: number | null;
}

/** Name of a seat that a person plays. */
export const PERSON = 'me';

export interface GameSeat {
  /** From 1. */
  readonly seat: number;
  readonly player: string;
  /** Content hash. */
  readonly model: string | null;
}

/** What a search said about one decision. */
export interface GameSearch extends Omit<PlySearch, 'policy'> {
  readonly policy?: IndexedPolicy | KeyedPolicy;
  /** Value of one seat, −1 to 1, as upstream stores it for the player who moved. */
  readonly rootValue?: { readonly seat: number; readonly value: number };
}

/** Over the list of legal moves of the position, in the engine's order. */
export type IndexedPolicy = NonNullable<PlySearch['policy']>;

/** As upstream stores it: probability by move key, in the order of the file; one key may mean several moves. */
export interface KeyedPolicy {
  readonly keys: readonly (readonly [key: string, prob: number])[];
}

/** Stored facts that a replay can be held against. Kept apart from the game itself: they are true only if parity says so. */
export interface GameClaims {
  /** `state`: upstream's hash of a position; `trace`: the digest of reference traces. */
  readonly hash: 'state' | 'trace';
  /** By ply. */
  readonly plies: readonly (PlyClaim | undefined)[];
  /** Outcomes of ours that the recorded reason may stand for. */
  readonly outcomes?: readonly string[] | undefined;
  /** Final scores per seat. */
  readonly seats: readonly SeatClaim[];
}

export interface PlyClaim {
  readonly phase?: string | undefined;
  readonly player?: number | undefined;
  readonly hashBefore?: string | undefined;
  readonly hashAfter?: string | undefined;
  readonly phaseAfter?: string | undefined;
  /** Digest of the legal set before the move (traces). */
  readonly legalDigest?: string | undefined;
}

export interface SeatClaim {
  readonly seat: number;
  readonly eliminated?: number | undefined;
  readonly territory?: number | undefined;
  readonly hand?: number | undefined;
}

/** The file it came from, without the line. */
export const fileOf = ({ where }: Pick<Game, 'where'>): string => where.replace(/:\d+$/, '');

/** `hex8_2p` */
export const configOf = ({ initial }: Pick<Game, 'initial'>): string =>
  `${initial.rules.board}_${initial.rules.players}p`;

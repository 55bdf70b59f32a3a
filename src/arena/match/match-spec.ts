/** Everything the games of a match depend on, as plain data; its hash names the match. */
import { createHash } from 'node:crypto';
import type { BoardName, PlayerCount } from '../../engine/boards.ts';
import { RULES_VERSION } from '../../engine/rules.ts';
import { describeParticipant, type Participant } from '../participants/participant.ts';

/** Bump when a participant of an unchanged description plays differently, or the schedule changes. */
export const MATCH_VERSION = 1;

export interface MatchSpec {
  readonly board: BoardName;
  readonly players: PlayerCount;
  readonly seed: number;
  readonly candidate: Participant;
  readonly opponents: readonly Participant[];
  /** Random decisions at the start of every game. */
  readonly openingMoves: number;
  /** Moves, bookkeeping included, after which a game is stopped undecided. */
  readonly maxMoves: number;
}

/** Identity of a match, 16 hexadecimal digits: equal when all games are, index by index. */
export function matchId(spec: MatchSpec): string {
  const { board, players, seed, openingMoves, maxMoves } = spec;
  const who = [spec.candidate, ...spec.opponents].map(describeParticipant);
  const canonical = [RULES_VERSION, MATCH_VERSION, board, players, seed, openingMoves, maxMoves, who];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex').slice(0, 16);
}

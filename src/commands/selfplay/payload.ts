/** What travels between the command and its worker threads. */
import type { StoredGame } from '../../io/db/store/types.ts';
import type { PlayedGame } from '../../search/play/play-game.ts';
import type { SelfplaySpec } from '../../search/selfplay/spec.ts';

/** Games at once in a worker whose players search; a batch rarely holds leaves of more. */
export const IN_FLIGHT = 32;

export interface WorkerSetup {
  readonly spec: SelfplaySpec;
  readonly run: string;
  readonly engine: string;
  readonly shard: string | undefined;
  /** Keep a position hash per move. */
  readonly hashes: boolean;
  /** Send the game record as a line of text; send the row for the database. */
  readonly lines: boolean;
  readonly rows: boolean;
  /** Model file of the network in `spec`. */
  readonly modelPath: string | undefined;
}

/** What a worker gets: the setup and the pool's stop flag. */
export type WorkerData = WorkerSetup & { readonly stopFlag: Int32Array };

/** A game without its moves: what progress and summary count. */
export type GameNews = Pick<PlayedGame, 'index' | 'players' | 'swapped' | 'decisions' | 'winner' | 'outcome'> & {
  readonly id: string;
  readonly plies: number;
};

export interface GamePayload {
  readonly news: GameNews;
  readonly line?: string;
  readonly row?: StoredGame;
}

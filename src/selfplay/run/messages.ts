/** What travels between the command and its worker threads. */

import type { StoredGame } from '../../games/store/types.ts';
import type { PlayedGame } from '../../search/play/played-game.ts';
import type { Computing as Where } from '../inference/computing.ts';
import type { Inference } from '../inference/slot.ts';
import type { SelfplaySpec } from '../setup/spec.ts';
import type { WorkerPlace } from '../workers/messages.ts';

/** How a worker whose players search computes; decides nothing about the games. */
export interface Computing extends Where {
  /** Games at once in a worker. */
  readonly inFlight: number;
  /** Positions per call of the network. */
  readonly batch: number;
  /** Evaluations that a worker remembers. */
  readonly cache: number;
}

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
  readonly computing: Computing;
  /** The inference worker, with slots for the schedulers of all workers; absent: every worker has a network of its own. */
  readonly inference?: Inference;
}

/** What a worker gets. */
export type WorkerData = WorkerSetup & WorkerPlace;

/** A game without its moves: what progress and summary count. */
export type GameNews = Pick<PlayedGame, 'index' | 'players' | 'swapped' | 'decisions' | 'winner' | 'outcome'> & {
  readonly id: string;
  readonly plies: number;
};

/** A finished game. */
export interface GameMessage {
  readonly news: GameNews;
  readonly line?: string;
  readonly row?: StoredGame;
}

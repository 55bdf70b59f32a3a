/** What travels between the thread that runs a match and its workers. */
import type { StoredGame } from '../../games/store/types.ts';
import type { Computing } from '../../selfplay/inference/computing.ts';
import type { Inference } from '../../selfplay/inference/slot.ts';
import type { WorkerPlace } from '../../selfplay/workers/messages.ts';
import type { MatchSpec } from './match-spec.ts';
import type { MatchGame } from './result.ts';

export interface MatchSetup {
  readonly spec: MatchSpec;
  readonly run: string;
  /** Send the row for the database, too. */
  readonly rows: boolean;
  readonly computing: Computing;
  /** Inference workers by the hash of their network, when workers share them; with slots for the schedulers of all workers. */
  readonly inferences: ReadonlyMap<string, Inference>;
}

export type MatchWorkerData = MatchSetup & WorkerPlace;

/** A finished game. */
export interface MatchMessage {
  readonly game: MatchGame;
  readonly row?: StoredGame;
  readonly simulations: number;
}

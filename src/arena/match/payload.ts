/** What travels between the thread that runs a match and its workers. */
import type { StoredGame } from '../../games/store/types.ts';
import type { Inference } from '../../selfplay/inference/bank.ts';
import type { Computing } from '../../selfplay/inference/computing.ts';
import type { MatchSpec } from './match-spec.ts';
import type { MatchGame } from './result.ts';

export interface MatchSetup {
  readonly spec: MatchSpec;
  readonly run: string;
  /** Send the row for the database, too. */
  readonly rows: boolean;
  readonly computing: Computing;
  /** Inference workers by the hash of their network, when workers share them; banks for the lanes of all workers. */
  readonly inferences: ReadonlyMap<string, Inference>;
}

/** With the pool's stop flag and the worker's place among the workers. */
export type MatchWorkerData = MatchSetup & { readonly stopFlag: Int32Array; readonly place: number };

/** A finished game. */
export interface MatchPayload {
  readonly game: MatchGame;
  readonly row?: StoredGame;
  readonly simulations: number;
}

/** What travels between the thread that runs a match and its workers. */
import type { StoredGame } from '../../io/db/store/types.ts';
import type { MatchSpec } from './match-spec.ts';
import type { MatchGame } from './result.ts';

export interface MatchSetup {
  readonly spec: MatchSpec;
  readonly run: string;
  /** Send the row for the database, too. */
  readonly rows: boolean;
}

export type MatchWorkerData = MatchSetup & { readonly stopFlag: Int32Array };

/** A finished game, or why it could not be played. */
export type MatchPayload =
  | { readonly game: MatchGame; readonly row?: StoredGame; readonly simulations: number }
  | { readonly failure: { readonly code: string; readonly params: Readonly<Record<string, string | number>> } };

/** A game that cannot be used. It is one bad item of its source: it is named, and the games after it are read. */
import { RrError } from '../core/errors.ts';
import { RulesError } from '../engine/errors.ts';

export interface BadGame {
  /** Empty when not even that is known. */
  readonly id: string;
  /** File, or line of a file, it came from. */
  readonly where: string;
  /** `hex8_2p`, where it is known. */
  readonly config?: string;
  /** Number of its row in the order of arrival, in a database of ours. */
  readonly arrival?: number;
  /** It stands for all games of a page that cannot be read. */
  readonly onDamagedPage?: boolean;
  /** The reason in one line. */
  readonly problem: string;
}

/** For a line of stderr. */
export const badText = ({ id, where, problem }: BadGame): string =>
  id === '' ? `${where}: ${problem}` : `${where}: game ${id}: ${problem}`;

const OF_THE_GAME: ReadonlySet<string> = new Set(['RECORD_INVALID', 'FILE_CORRUPT', 'DB_GAME_REFUSED']);

/** What is wrong with the game that was being read or replayed. @throws the error itself when it is not about one game */
export function problemOf(error: unknown): string {
  if (error instanceof RulesError) return error.message;
  if (error instanceof RrError && OF_THE_GAME.has(error.code)) return String(error.params.detail);
  throw error;
}

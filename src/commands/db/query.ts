/** What the commands that read databases have in common: which files, and which of their games. */
import { Args, Flags } from '@oclif/core';
import { assertDatabases, findDatabases } from '../../games/databases/find.ts';
import type { ListQuery } from '../../games/databases/listing.ts';
import { dataPaths } from '../../io/paths.ts';
import { dataFlag, type GameFlagValues, gameFlags, gameFromFlags, sinceFlag } from '../cli/flags.ts';

export const databaseArgs = { file: Args.string({ description: 'database to read; several are fine' }) };

export const queryFlags = {
  ...gameFlags,
  ...dataFlag,
  ...sinceFlag,
  engine: Flags.string({ description: 'only games of this engine', helpValue: 'NAME' }),
};

export const limitFlag = {
  limit: Flags.integer({ description: 'at most this many games', min: 1, helpValue: 'N' }),
};

interface QueryFlagValues extends GameFlagValues {
  readonly data?: string | undefined;
  readonly engine?: string | undefined;
  readonly since?: string | undefined;
}

export interface DatabaseQuery {
  readonly files: readonly string[];
  readonly query: ListQuery;
}

/**
 * The databases named, or all below data/games, and the query of the flags.
 * @throws RrError NO_INPUT without any, FILE_CORRUPT for a file that is none, and the system's error for one not there
 */
export async function databaseQuery(flags: QueryFlagValues, argv: readonly unknown[]): Promise<DatabaseQuery> {
  const files = argv.length > 0 ? argv.map(String) : findDatabases(dataPaths(flags.data).gamesFolder);
  await assertDatabases(files);
  const config = gameFromFlags(flags)?.key;
  const { engine, since } = flags;
  return {
    files,
    query: {
      ...(config && { config }),
      ...(engine !== undefined && { engine }),
      ...(since !== undefined && { since }),
    },
  };
}

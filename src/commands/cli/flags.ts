/** Flags that mean the same in every command that has them, and how their values are read. */
import { Flags } from '@oclif/core';
import { durationMs } from '../../core/duration.ts';
import { RrError } from '../../core/errors.ts';
import {
  BOARDS,
  type GameConfig,
  gameConfig,
  parseBoard,
  parseConfigKey,
  parsePlayerCount,
} from '../../engine/config-key.ts';
import { seconds } from '../../samples/time.ts';

/** `--board hex8 --players 2` or `--config hex8_2p`. */
export const gameFlags = {
  board: Flags.string({ description: `board: ${BOARDS.join(', ')}`, helpValue: 'BOARD' }),
  players: Flags.integer({ description: 'players, 2 to 4 (default 2)', helpValue: 'N' }),
  config: Flags.string({ description: 'board and players in one word: hex8_2p', helpValue: 'KEY' }),
};

export interface GameFlagValues {
  readonly board?: string | undefined;
  readonly players?: number | undefined;
  readonly config?: string | undefined;
}

/**
 * The game the flags name, or undefined when they name none. Two players when only a board is given. Naming it both
 * ways is fine as long as both say the same.
 * @throws RrError USAGE for unknown names, players without a board, or a contradiction.
 */
export function gameFromFlags({ board, players, config }: GameFlagValues): GameConfig | undefined {
  const count = players === undefined ? undefined : parsePlayerCount(players);
  if (config === undefined) {
    if (board !== undefined) return gameConfig(parseBoard(board), count ?? 2);
    if (count === undefined) return undefined;
    throw new RrError('USAGE', {
      detail: `--players ${count} needs --board; or write both as --config hex8_${count}p`,
    });
  }
  const game = parseConfigKey(config);
  const contradiction =
    (board !== undefined && board !== game.board) || (count !== undefined && count !== game.players);
  if (contradiction) throw new RrError('USAGE', { detail: `--config ${config} contradicts --board or --players` });
  return game;
}

/** `--data`: the data root, for io/paths.ts. */
export const dataFlag = {
  data: Flags.string({
    description: 'folder that holds data/, models/ and state/ (RR_DATA; default: here)',
    helpValue: 'DIR',
  }),
};

/** `--seed`: what makes a run repeatable. */
export const seedFlag = {
  seed: Flags.custom<number>({ parse: async (text) => parseSeed(text) })({
    description: 'seed of every random draw, 0 to 2^53 - 1; the same seed gives the same result',
    helpValue: 'N',
  }),
};

/** `--seconds` of what is measured for a while; halves are fine. */
export const secondsFlag = (description: string, usual: number) => ({
  seconds: Flags.custom<number>({ parse: async (text) => parseMeasuredSeconds(text) })({
    description,
    default: usual,
    helpValue: 'N',
  }),
});

/** Below this, a clock says more about itself than about the work. Seconds. */
const MIN_MEASURED = 0.1;

function parseMeasuredSeconds(text: string): number {
  const time = Number(text);
  if (text.trim() !== '' && time >= MIN_MEASURED && time <= 86_400) return time;
  throw new RrError('USAGE', {
    detail: `--seconds: '${text}' is not a number of seconds from ${MIN_MEASURED} to 86400`,
  });
}

/** `--since`: the instant in UTC, as `created_at` columns hold it, so that texts compare as times do. */
export const sinceFlag = {
  since: Flags.custom<string>({ parse: async (text) => parseSince(text) })({
    description: 'only games played at or after this time; without a zone it is UTC',
    helpValue: 'DATE',
  }),
};

/** A flag that takes a length of time, in milliseconds: `--name 30m`. */
export const durationFlag = (name: string) =>
  Flags.custom<number>({
    parse: async (text) => {
      const ms = durationMs(text);
      if (ms === undefined) {
        throw new RrError('USAGE', { detail: `${name}: '${text}' is no length of time; write 90s, 30m, 2h or 7d` });
      }
      return ms;
    },
    helpValue: 'TIME',
  });

/** An instant from the year down, as far as it is given. @throws RrError USAGE */
export function parseSince(text: string): string {
  // The runtime finds dates in other texts, too: in 'loop 3', say.
  const time = /^\d{4}\b/.test(text) ? Math.round(seconds(text) * 1000) : Number.NaN;
  // Without the zone, and without the fraction where there is none, it is a prefix of every way to write the instant.
  if (!Number.isNaN(time)) return new Date(time).toISOString().replace(/(\.000)?Z$/, '');
  throw new RrError('USAGE', { detail: `--since '${text}' is no date; write 2026-11-22 or 2026-11-22T04:00:00Z` });
}

/** The number of a flag that takes a share. @throws RrError USAGE */
export function parseShare(flag: string, text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new RrError('USAGE', { detail: `${flag}: '${text}' is not a number from 0 to 1` });
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed;
  throw new RrError('USAGE', { detail: `--seed: '${text}' is not a whole number from 0 to 2^53 - 1` });
}

/** `--shard i/n`. */
export const shardFlag = {
  shard: Flags.string({
    description: "this machine's part, i/n with i from 0 (taken from Slurm and Kubernetes when they set it)",
    helpValue: 'I/N',
  }),
};

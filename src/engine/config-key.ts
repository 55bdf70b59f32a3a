/**
 * The twelve games: four boards, two to four players. A config key such as `hex8_2p` names one of them in flags,
 * file names, headers and database columns alike.
 */

import { RrError } from '../core/errors.ts';
import { nearestHint } from '../core/nearest.ts';
import { BOARDS, type BoardName, isBoardName, isPlayerCount, PLAYER_COUNTS, type PlayerCount } from './boards.ts';

export { BOARDS, PLAYER_COUNTS, type PlayerCount };
export type Board = BoardName;

export type ConfigKey = `${Board}_${PlayerCount}p`;

export interface GameConfig {
  readonly board: Board;
  readonly players: PlayerCount;
  readonly key: ConfigKey;
}

/** All twelve keys, boards in their usual order, fewest players first. */
export const CONFIG_KEYS: readonly ConfigKey[] = BOARDS.flatMap((board) =>
  PLAYER_COUNTS.map((players): ConfigKey => `${board}_${players}p`),
);

export const isConfigKey = (key: string): key is ConfigKey => CONFIG_KEYS.some((known) => known === key);

export const gameConfig = (board: Board, players: PlayerCount): GameConfig => ({
  board,
  players,
  key: `${board}_${players}p`,
});

/** The board of that name. @throws RrError USAGE naming the nearest board. */
export function parseBoard(name: string): Board {
  if (isBoardName(name)) return name;
  throw new RrError('USAGE', {
    detail: `no board '${name}'${nearestHint(name, BOARDS)}; boards: ${BOARDS.join(', ')}`,
  });
}

/** @throws RrError USAGE unless 2, 3 or 4. */
export function parsePlayerCount(count: number): PlayerCount {
  if (isPlayerCount(count)) return count;
  throw new RrError('USAGE', { detail: `${count} players: a game has 2, 3 or 4` });
}

/** `hex8_2p` → board and player count. @throws RrError USAGE naming the nearest key. */
export function parseConfigKey(key: string): GameConfig {
  const match = /^(\w+)_(\d+)p$/.exec(key);
  const [, board = '', players = ''] = match ?? [];
  const count = Number(players);
  if (isBoardName(board) && isPlayerCount(count)) return gameConfig(board, count);
  throw new RrError('USAGE', {
    detail: `no config '${key}'${nearestHint(key, CONFIG_KEYS)}; a config is a board (${BOARDS.join(', ')}) with _2p, _3p or _4p`,
  });
}

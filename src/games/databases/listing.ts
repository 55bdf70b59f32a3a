/** Games of a database of either kind, as one line each: for listings and statistics. */
import { parseConfigKey } from '../../engine/config-key.ts';
import type { BadGame } from '../bad-game.ts';
import { pausing } from '../pausing.ts';
import type { GameQuery } from '../store/query.ts';
import { GameStore } from '../store/store.ts';
import type { GameHeader } from '../store/types.ts';
import { openRingriftDb } from '../upstream/reader.ts';
import type { RingriftGame } from '../upstream/types.ts';
import { databaseKind } from './kind.ts';

/** What Game does not hold: a game's columns without its moves. Reading those would take a hundred times as long. */
export interface ListedGame {
  readonly id: string;
  readonly config: string;
  readonly engine: string | null;
  readonly status: string;
  readonly winner: number | null;
  readonly reason: string | null;
  readonly plies: number;
  readonly decisions: number | null;
  readonly quality: number | null;
  readonly qualityCategory: string | null;
  readonly parity: string;
  readonly created: string;
}

export type ListQuery = Pick<GameQuery, 'config' | 'engine' | 'since'>;

/** In the order in which they were stored. @throws RrError FILE_NOT_FOUND, FILE_CORRUPT, DB_NEWER, DB_LOCKED */
export async function* listGames(path: string, query: ListQuery = {}): AsyncGenerator<ListedGame | BadGame> {
  yield* pausing((await databaseKind(path)) === 'rr' ? ofStore(path, query) : ofUpstream(path, query));
}

async function* ofStore(path: string, query: ListQuery): AsyncGenerator<ListedGame | BadGame> {
  const store = await GameStore.openReadOnly(path);
  try {
    for (const row of store.headerRows(query)) yield 'problem' in row ? row : ofHeader(row);
  } finally {
    store.close();
  }
}

const ofHeader = (row: GameHeader): ListedGame => ({
  id: row.game_id,
  config: `${row.board}_${row.players}p`,
  engine: row.engine,
  status: row.status,
  winner: row.winner,
  reason: row.reason,
  plies: row.plies,
  decisions: row.decisions,
  quality: row.quality,
  qualityCategory: row.quality_category,
  parity: row.parity_status,
  created: row.created_at,
});

async function* ofUpstream(path: string, { config, engine, since }: ListQuery): AsyncGenerator<ListedGame | BadGame> {
  const reader = await openRingriftDb(path);
  const game = config === undefined ? undefined : parseConfigKey(config);
  try {
    const filter = {
      includeExcluded: true,
      ...(game && { board: game.board, players: game.players }),
      ...(since !== undefined && { since }),
    };
    for (const game of reader.games(filter)) {
      if ('problem' in game) yield game;
      else if (engine === undefined || game.game.engine_mode === engine) yield listed(game);
    }
  } finally {
    reader.close();
  }
}

const listed = ({ game, moves }: RingriftGame): ListedGame => ({
  id: game.game_id,
  config: `${game.board_type}_${game.num_players}p`,
  engine: game.engine_mode,
  status: game.game_status,
  winner: game.winner,
  reason: game.termination_reason,
  plies: moves.length,
  decisions: null,
  quality: game.quality_score,
  qualityCategory: game.quality_category,
  parity: game.parity_status ?? 'pending',
  created: game.created_at,
});

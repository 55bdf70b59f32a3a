/** From a game just played to its row in the replay database. */

import { VERSION } from '../../core/version.ts';
import { DETECTORS, OUTCOMES } from '../../engine/phases.ts';
import { seatsByRank } from '../../engine/ranking.ts';
import { RULES_VERSION } from '../../engine/rules.ts';
import type { PlayedGame } from '../../search/play/played-game.ts';
import { qualityColumns } from '../quality/quality.ts';
import { encodeGame } from '../store/blob.ts';
import type { StoredGame } from '../store/types.ts';
import { gameId, type RunContext, reasonOf } from './game-write.ts';

/** Where games come from when nothing else is said. */
export const SELFPLAY = 'selfplay';

/** Columns that self-play knows nothing of. */
export const UNCHECKED = {
  quality: null,
  quality_category: null,
  quality_version: null,
  parity_status: 'pending',
  parity_checked_at: null,
  parity_divergence_move: null,
  encoder: null,
  extras: null,
} as const;

/** The row of a game just played. `created`: ISO-8601, UTC. */
export function storedGame(context: RunContext, game: PlayedGame, created: string): StoredGame {
  const { rules, models = {}, settings = {} } = context;
  return {
    ...UNCHECKED,
    game_id: gameId(context.run, game),
    board: rules.board,
    players: rules.players,
    status: game.outcome === 0 ? 'abandoned' : 'completed',
    winner: game.winner === 0 ? null : game.winner,
    reason: reasonOf(game.outcome),
    ranking: JSON.stringify(seatsByRank(game.ranks)),
    plies: game.moves.length,
    decisions: game.decisions,
    engine: context.engine,
    source: SELFPLAY,
    ...qualityColumns({ plies: game.moves.length, winner: game.winner === 0 ? null : game.winner, source: SELFPLAY }),
    run_id: context.run,
    run_seed: String(context.seed),
    shard: context.shard ?? null,
    game_index: game.index,
    created_at: created,
    rr_version: VERSION,
    rules_version: RULES_VERSION,
    options: JSON.stringify({
      ...(Object.keys(rules.options).length > 0 && { rules: rules.options }),
      outcome: OUTCOMES[game.outcome],
      detector: DETECTORS[game.detector],
      ...(game.swapped && { swapped: true }),
      ...(game.openingMoves > 0 && { opening: game.openingMoves }),
      ...(game.fork && { fork: game.fork }),
      eliminated: game.eliminated,
      territory: game.territory,
    }),
    seats: game.players.map((player, i) => ({
      seat: i + 1,
      player,
      model: models[player] ?? null,
      settings: settings[player] ? JSON.stringify(settings[player]) : null,
    })),
    moves: encodeGame({ players: rules.players, moves: game.moves, searches: game.searches }),
  };
}

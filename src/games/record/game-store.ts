/** Between game records, played games and rows of the replay database. */

import { RrError } from '../../core/errors.ts';
import { VERSION } from '../../core/version.ts';
import { moveToJson } from '../../engine/json/move.ts';
import { DETECTORS, OUTCOMES } from '../../engine/phases.ts';
import { seatsByRank } from '../../engine/ranking.ts';
import { RULES_VERSION } from '../../engine/rules.ts';
import type { PlayedGame } from '../../search/play/played-game.ts';
import { encodeGame } from '../store/blob.ts';
import { encodeExtras } from '../store/extras.ts';
import type { StoredGame } from '../store/types.ts';
import { type GameRecord, gameSchema } from './game.ts';
import { replayRecord } from './game-read.ts';
import { gameId, type RunContext, reasonOf, searchRecord } from './game-write.ts';
import { type OpenedGame, openStored, playOpened } from './stored-game.ts';

/** Where games come from when nothing else is said. */
const SELFPLAY = 'selfplay';

/** Columns that self-play knows nothing of. */
const UNCHECKED = {
  quality: null,
  quality_category: null,
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

/** The row of a recorded game, replayed and checked on the way. @throws RrError RECORD_INVALID */
export function storedFromRecord(record: GameRecord, where: string, created: string): StoredGame {
  const { rules, moves, searches } = replayRecord(record, where, { allowBroken: true });
  const { outcome, detector, swapped, opening, fork, eliminated, territory, options, quality, parity } = record;
  return {
    ...UNCHECKED,
    game_id: record.id,
    board: rules.board,
    players: rules.players,
    status: record.status,
    winner: record.winner,
    reason: record.reason,
    ranking: record.ranking ? JSON.stringify(record.ranking) : null,
    plies: record.plies,
    decisions: record.decisions,
    engine: record.engine ?? null,
    source: record.source === undefined ? SELFPLAY : record.source,
    run_id: record.run ?? null,
    run_seed: record.seed === undefined ? null : String(record.seed),
    shard: record.shard ?? null,
    game_index: record.index ?? null,
    ...(quality && { quality: quality.score, quality_category: quality.category }),
    ...(parity && {
      parity_status: parity.status,
      parity_checked_at: parity.checkedAt,
      parity_divergence_move: parity.divergenceMove,
    }),
    encoder: record.encoder ?? null,
    created_at: record.created ?? created,
    rr_version: record.rr ?? VERSION,
    rules_version: record.rules,
    options: JSON.stringify({
      ...(Object.keys(options).length > 0 && { rules: options }),
      outcome,
      detector,
      swapped,
      opening,
      fork,
      eliminated,
      territory,
    }),
    seats: record.seats.map(({ seat, player, model, settings }) => ({
      seat,
      player,
      model,
      settings: settings ? JSON.stringify(settings) : null,
    })),
    moves: encodeGame({ players: rules.players, moves, searches }),
    extras: record.extras ? encodeExtras(record.extras) : null,
  };
}

/** The record of a stored game, without hashes (they follow from the moves). @throws RrError FILE_CORRUPT */
export function recordFromStored(stored: StoredGame, where: string): GameRecord {
  const game = openStored(stored, where);
  const { config, options, extras, searches } = game;
  const { quality, quality_category, parity_status, parity_checked_at, parity_divergence_move } = stored;
  const { swapped, opening, fork, outcome, detector, eliminated, territory } = options;
  return {
    type: 'game',
    id: stored.game_id,
    config,
    options: options.rules ?? {},
    rules: stored.rules_version,
    ...(stored.run_id !== null && { run: stored.run_id }),
    ...(stored.run_seed !== null && { seed: numberOrText(stored.run_seed) }),
    ...(stored.game_index !== null && { index: stored.game_index }),
    ...(stored.shard !== null && { shard: stored.shard }),
    ...(stored.engine !== null && { engine: stored.engine }),
    ...(stored.source !== SELFPLAY && { source: stored.source }),
    rr: stored.rr_version,
    created: stored.created_at,
    seats: stored.seats.map(({ seat, player, model, settings }) => ({
      seat,
      player,
      model,
      ...(settings !== null && { settings: JSON.parse(settings) }),
    })),
    ...(swapped && { swapped }),
    status: stored.status,
    winner: stored.winner,
    reason: stored.reason,
    ...(outcome && { outcome }),
    ...(detector && { detector }),
    ...(stored.ranking !== null && { ranking: JSON.parse(stored.ranking) }),
    ...(eliminated && { eliminated }),
    ...(territory && { territory }),
    plies: stored.plies,
    decisions: stored.decisions,
    ...(opening !== undefined && { opening }),
    ...(fork && { fork }),
    moves: movesInFull(game, where),
    ...(searches.length > 0 && { search: searches.map(searchRecord) }),
    ...((quality !== null || quality_category !== null) && { quality: { score: quality, category: quality_category } }),
    ...((parity_status !== 'pending' || parity_checked_at !== null) && {
      parity: {
        status: parity_status,
        checkedAt: parity_checked_at,
        divergenceMove: parity_divergence_move,
      },
    }),
    ...(stored.encoder !== null && { encoder: stored.encoder }),
    ...(stored.extras !== null && { extras }),
  };
}

function movesInFull(game: OpenedGame, where: string): GameRecord['moves'] {
  const s = game.initial.clone();
  return Array.from(game.moves, (move, ply) => {
    const raw = game.raw.get(ply);
    const full = gameSchema.shape.moves.element.safeParse(raw ?? moveToJson(s, move));
    if (!full.success) throw new RrError('FILE_CORRUPT', { path: where, detail: `move ${ply} cannot be read` });
    if (ply < (game.extras.broken ?? Number.POSITIVE_INFINITY)) playOpened(game, s, ply);
    return full.data;
  });
}

/** Seeds of 64 bits do not fit a number. */
const numberOrText = (digits: string): number | string =>
  String(Number(digits)) === digits && Number.isSafeInteger(Number(digits)) ? Number(digits) : digits;

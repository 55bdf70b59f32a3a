/** Between game records, played games and rows of the replay database. */

import * as z from 'zod';
import { apply } from '../../engine/apply.ts';
import { moveToJson } from '../../engine/json/move.ts';
import { DETECTORS, OUTCOMES } from '../../engine/phases.ts';
import { seatsByRank } from '../../engine/ranking.ts';
import { RULES_VERSION } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { RrError } from '../../errors.ts';
import type { PlayedGame } from '../../search/play/play-game.ts';
import { VERSION } from '../../version.ts';
import { decodeGame, encodeGame } from '../db/store/blob.ts';
import type { StoredGame } from '../db/store/types.ts';
import { type GameRecord, gameSchema } from './game.ts';
import { replayRecord, rulesOfRecord } from './game-read.ts';
import { gameId, type RunContext, reasonOf, searchRecord } from './game-write.ts';

/** What the `options` column of a stored game holds: the fields of a record that have no column of their own. */
const storedOptions = z.looseObject({
  rules: gameSchema.shape.options.optional(),
  outcome: gameSchema.shape.outcome,
  detector: gameSchema.shape.detector,
  swapped: gameSchema.shape.swapped,
  opening: gameSchema.shape.opening,
  eliminated: gameSchema.shape.eliminated,
  territory: gameSchema.shape.territory,
});

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
    source: 'selfplay',
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
  const { rules, moves, searches } = replayRecord(record, where);
  const { outcome, detector, swapped, opening, eliminated, territory, options } = record;
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
    source: 'selfplay',
    run_id: record.run ?? null,
    run_seed: record.seed === undefined ? null : String(record.seed),
    shard: record.shard ?? null,
    game_index: record.index ?? null,
    created_at: record.created ?? created,
    rr_version: record.rr ?? VERSION,
    rules_version: record.rules,
    options: JSON.stringify({
      ...(Object.keys(options).length > 0 && { rules: options }),
      outcome,
      detector,
      swapped,
      opening,
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
  };
}

/** The record of a stored game, without hashes (they follow from the moves). @throws RrError FILE_CORRUPT */
export function recordFromStored(stored: StoredGame, where: string): GameRecord {
  const data = decodeGame(stored.moves, where);
  const options = parseOptions(stored.options, where);
  const header = {
    config: `${stored.board}_${stored.players}p`,
    options: options.rules ?? {},
  };
  const state = new State(rulesOfRecord(header));
  const moves = Array.from(data.moves, (move) => {
    const json = { ...moveToJson(state, move) };
    apply(state, move);
    return json;
  });
  const { swapped, opening, outcome, detector, eliminated, territory } = options;
  return {
    type: 'game',
    id: stored.game_id,
    ...header,
    rules: stored.rules_version,
    ...(stored.run_id !== null && { run: stored.run_id }),
    ...(stored.run_seed !== null && { seed: Number(stored.run_seed) }),
    ...(stored.game_index !== null && { index: stored.game_index }),
    ...(stored.shard !== null && { shard: stored.shard }),
    ...(stored.engine !== null && { engine: stored.engine }),
    rr: stored.rr_version,
    created: stored.created_at,
    seats: stored.seats.map(({ seat, player, model, settings }) => ({
      seat,
      player,
      model,
      ...(settings !== null && { settings: JSON.parse(settings) }),
    })),
    ...(swapped && { swapped }),
    status: stored.status === 'completed' ? 'completed' : 'abandoned',
    winner: stored.winner,
    reason: stored.reason,
    ...(outcome && { outcome }),
    ...(detector && { detector }),
    ...(stored.ranking !== null && { ranking: JSON.parse(stored.ranking) }),
    ...(eliminated && { eliminated }),
    ...(territory && { territory }),
    plies: stored.plies,
    decisions: stored.decisions ?? stored.plies,
    ...(opening !== undefined && { opening }),
    moves,
    ...(data.searches.length > 0 && { search: data.searches.map(searchRecord) }),
  };
}

/** The parsed `options` column of a stored game. @throws RrError FILE_CORRUPT */
export const optionsOfStored = (stored: StoredGame, where: string): z.infer<typeof storedOptions> =>
  parseOptions(stored.options, where);

function parseOptions(text: string, where: string): z.infer<typeof storedOptions> {
  const checked = storedOptions.safeParse(JSON.parse(text));
  if (checked.success) return checked.data;
  throw new RrError('FILE_CORRUPT', { path: where, detail: `options of a game: ${checked.error.issues[0]?.message}` });
}

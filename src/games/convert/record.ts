/** Between game records and rows of the replay database. Both ways replay the game. */

import { RrError } from '../../core/errors.ts';
import { VERSION } from '../../core/version.ts';
import { moveToJson } from '../../engine/json/move.ts';
import { hashPosition, hashText } from '../../engine/position-hash.ts';
import { configOf, type Game } from '../game/game.ts';
import { gameOfRecord } from '../game/of-record.ts';
import { gameOfStored } from '../game/of-stored.ts';
import { replay } from '../game/replay.ts';
import { qualityColumns } from '../quality/quality.ts';
import { type GameRecord, gameSchema } from '../record/game.ts';
import { SELFPLAY, UNCHECKED } from '../record/game-store.ts';
import { searchOf, searchRecord } from '../record/search.ts';
import { placeholderMove } from '../record/start.ts';
import { optionsOfStored } from '../record/stored-options.ts';
import { decodeGame, encodeGame } from '../store/blob.ts';
import { decodeExtras, encodeExtras } from '../store/extras.ts';
import type { StoredGame } from '../store/types.ts';

/** The row of a recorded game, replayed and checked on the way. @throws RrError RECORD_INVALID */
export function storedFromRecord(record: GameRecord, where: string, created: string): StoredGame {
  const game = gameOfRecord(record, where);
  const { rules } = game.initial;
  const moves = packedMoves(game, record);
  const searches = (record.search ?? []).map(searchOf);
  const { outcome, detector, swapped, opening, fork, eliminated, territory, options, quality, parity } = record;
  const { source = SELFPLAY } = record;
  // what upstream did not score stays so: the way back has to give its row again
  const isForeign = record.extras?.ringrift !== undefined;
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
    source,
    run_id: record.run ?? null,
    run_seed: record.seed === undefined ? null : String(record.seed),
    shard: record.shard ?? null,
    game_index: record.index ?? null,
    ...(quality
      ? { quality: quality.score, quality_category: quality.category, quality_version: quality.version ?? null }
      : isForeign
        ? {}
        : qualityColumns({ plies: record.plies, winner: record.winner, source })),
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

/**
 * The moves as packed ones. A row keeps no hashes, as they follow from the moves: `hashes` are compared here for the last
 * time.
 */
function packedMoves(game: Game, { hashes = [], extras = {} }: GameRecord): Int32Array {
  const words = new Uint32Array(2);
  const moves = Int32Array.from(game.moves, (move) => (typeof move === 'number' ? move : placeholderMove(move)));
  replay(
    game,
    {
      position: ({ state, ply }) => {
        const expected = hashes[ply - 1];
        if (expected === undefined) return;
        hashPosition(state, words, 0);
        if (hashText(words, 0) === expected) return;
        const detail = `moves[${ply - 1}]: leads to position ${hashText(words, 0)}, not ${expected}`;
        throw new RrError('RECORD_INVALID', { where: `${game.where}: game ${game.id}`, detail });
      },
      move: ({ ply, move }) => {
        moves[ply] = move;
      },
    },
    // what upstream recorded of a game's end is kept as it is: rr parity judges it
    { allowBroken: true, anyResult: extras.ringrift !== undefined },
  );
  return moves;
}

/** The record of a stored game, without hashes (they follow from the moves). @throws RrError FILE_CORRUPT, RECORD_INVALID; RulesError */
export function recordFromStored(stored: StoredGame, where: string): GameRecord {
  const game = gameOfStored(stored, where);
  const options = optionsOfStored(stored, where);
  const extras = decodeExtras(stored.extras, where);
  const { searches } = decodeGame(stored.moves, where);
  const { quality, quality_category, quality_version, parity_status, parity_checked_at, parity_divergence_move } =
    stored;
  const { swapped, opening, fork, outcome, detector, eliminated, territory } = options;
  return {
    type: 'game',
    id: stored.game_id,
    config: configOf(game),
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
    moves: movesInFull(game),
    ...(searches.length > 0 && { search: searches.map(searchRecord) }),
    ...((quality !== null || quality_category !== null) && {
      quality: {
        score: quality,
        category: quality_category,
        ...(quality_version !== null && { version: quality_version }),
      },
    }),
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

const moveSchema = gameSchema.shape.moves.element;

/**
 * The moves with all their fields. Those from `broken` on have them already. A claimed result is copied as it is; whoever
 * reads the record judges it.
 */
function movesInFull(game: Game): GameRecord['moves'] {
  const full: unknown[] = [...game.moves];
  replay(
    game,
    {
      move: ({ state, ply, move, raw }) => {
        full[ply] = raw ?? moveToJson(state, move);
      },
    },
    { allowBroken: true, anyResult: true },
  );
  return full.map((move, ply) => {
    const checked = moveSchema.safeParse(move);
    if (checked.success) return checked.data;
    throw new RrError('FILE_CORRUPT', { path: game.where, detail: `move ${ply} cannot be read` });
  });
}

/** Seeds of 64 bits do not fit a number. */
const numberOrText = (digits: string): number | string =>
  String(Number(digits)) === digits && Number.isSafeInteger(Number(digits)) ? Number(digits) : digits;

/** From a played game to its record. */
import { createHash } from 'node:crypto';
import { at } from '../../core/at.ts';
import { VERSION } from '../../core/version.ts';
import { apply } from '../../engine/apply.ts';
import { moveToJson } from '../../engine/json/move.ts';
import { DETECTORS, OUTCOMES, REASON_OF_OUTCOME } from '../../engine/phases.ts';
import { hashText } from '../../engine/position-hash.ts';
import { seatsByRank } from '../../engine/ranking.ts';
import { RULES_VERSION, type Rules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import type { PlayedGame } from '../../search/play/played-game.ts';
import { type GameRecord, MOVE_LIMIT } from './game.ts';
import { searchRecord } from './search.ts';

/** What a run knows about all of its games. */
export interface RunContext {
  readonly rules: Rules;
  /** Identity of the run: equal for runs that play the same games. */
  readonly run: string;
  readonly seed: number;
  readonly shard?: string | undefined;
  /** What was asked for: a player's name or `mixed`. */
  readonly engine: string;
  /** Content hash of a player's model, and its settings, by the player's name. */
  readonly models?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** 32 hex digits over run, index and moves. */
export function gameId(run: string, game: PlayedGame): string {
  const { buffer, byteOffset, byteLength } = game.moves;
  return createHash('sha256')
    .update(`${run}:${game.index}:`)
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex')
    .slice(0, 32);
}

export const configKeyOf = ({ board, players }: Rules): string => `${board}_${players}p`;

/** The reason in the terms of records: the original's coarse one, or that the game was stopped. */
export function reasonOf(outcome: number): string {
  const name = at(OUTCOMES, outcome);
  return name === 'none' ? MOVE_LIMIT : REASON_OF_OUTCOME[name];
}

/** Replays the game to write its moves in full. `scratch` must have been made from the run's rules. */
export function gameRecord(context: RunContext, game: PlayedGame, scratch = new State(context.rules)): GameRecord {
  const { rules, models = {}, settings = {} } = context;
  scratch.reset();
  const moves = Array.from(game.moves, (move) => {
    const json = moveToJson(scratch, move);
    apply(scratch, move);
    return { ...json };
  });
  return {
    type: 'game',
    id: gameId(context.run, game),
    config: configKeyOf(rules),
    rules: RULES_VERSION,
    options: { ...rules.options },
    run: context.run,
    seed: context.seed,
    index: game.index,
    ...(context.shard !== undefined && { shard: context.shard }),
    engine: context.engine,
    rr: VERSION,
    seats: game.players.map((player, i) => ({
      seat: i + 1,
      player,
      model: models[player] ?? null,
      ...(settings[player] && { settings: { ...settings[player] } }),
    })),
    ...(game.swapped && { swapped: true }),
    status: game.outcome === 0 ? 'abandoned' : 'completed',
    winner: game.winner === 0 ? null : game.winner,
    reason: reasonOf(game.outcome),
    outcome: OUTCOMES[game.outcome],
    detector: DETECTORS[game.detector],
    ranking: seatsByRank(game.ranks),
    eliminated: [...game.eliminated],
    territory: [...game.territory],
    plies: game.moves.length,
    decisions: game.decisions,
    ...(game.openingMoves > 0 && { opening: game.openingMoves }),
    ...(game.fork && { fork: { ...game.fork } }),
    moves,
    ...(game.searches.length > 0 && { search: game.searches.map(searchRecord) }),
    ...(game.hashes && { hashes: hashList(game.hashes) }),
  };
}

function hashList(words: Uint32Array): string[] {
  return Array.from({ length: words.length / 2 }, (_, i) => hashText(words, 2 * i));
}

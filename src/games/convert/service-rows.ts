/** Rows of `games` and `game_players` as the original would have written them for a stored game. */

import * as z from 'zod';
import type { State } from '../../engine/state.ts';
import { type Game, PERSON } from '../game/game.ts';
import { replay } from '../game/replay.ts';
import { qualityCategory, qualityColumns } from '../quality/quality.ts';
import type { Extras } from '../store/extras.ts';
import { type GameHeader, GameHeaderSchema, SeatSchema, type StoredGame } from '../store/types.ts';
import { RINGRIFT_SCHEMA } from '../upstream/reader.ts';
import type { JsonObject } from '../upstream/types.ts';

type About = Omit<StoredGame, 'moves' | 'extras'>;

/** Key of the metadata object under which a game of ours keeps its own columns. */
const OURS = 'rr';

/** What rows are derived from; `faithful` as in assemble.ts. */
interface Source {
  readonly about: About;
  readonly game: Game;
  readonly extras: Extras;
  readonly faithful: boolean;
}

export function gameRow({ about, game, extras, faithful }: Source): JsonObject {
  const foreign = extras.ringrift !== undefined;
  const completed = extras.completedAt ?? null;
  const quality = foreign ? about.quality : (about.quality ?? qualityColumns(about).quality);
  return {
    game_id: about.game_id,
    board_type: about.board,
    num_players: about.players,
    rng_seed: null,
    created_at: about.created_at,
    completed_at: completed,
    game_status: about.status,
    winner: about.winner,
    termination_reason: foreign ? about.reason : serviceReason(about.reason),
    total_moves: game.moves.length,
    total_turns: turnsOf(game),
    duration_ms: completed === null ? null : milliseconds(about.created_at, completed),
    source: foreign ? about.source : serviceSource(about),
    schema_version: RINGRIFT_SCHEMA,
    time_control_type: 'none',
    initial_time_ms: null,
    time_increment_ms: null,
    metadata_json: foreign ? (extras.metadata ?? null) : metadataOf(about, faithful),
    quality_score: quality,
    quality_category: foreign || quality === null ? about.quality_category : qualityCategory(quality),
    engine_mode: foreign ? about.engine : serviceMode(about.engine, faithful),
    parity_status: about.parity_status,
    parity_checked_at: about.parity_checked_at,
    parity_divergence_move: about.parity_divergence_move,
    opponent_type: extras.opponent ?? null,
    opponent_model_id: null,
    excluded_from_training: extras.excluded ? 1 : null,
  };
}

/** Turns begin where the player changes. Replays the game. */
function turnsOf(game: Game): number {
  const movers: unknown[] = [];
  const final = replay(
    game,
    {
      move: ({ state, raw }) => {
        movers.push(moverOf(raw, state));
      },
    },
    { allowBroken: true, anyResult: true },
  );
  for (const move of game.moves.slice(movers.length)) movers.push(moverOf(move, final));
  return movers.filter((mover, ply) => ply === 0 || mover !== movers[ply - 1]).length;
}

const moverOf = (move: Game['moves'][number] | undefined, s: State): number =>
  typeof move === 'object' && typeof move.player === 'number' ? move.player : s.player;

/** Territory wins are called `territory` there; the other reasons have one name. */
const serviceReason = (reason: string | null): string | null => (reason === 'territory_control' ? 'territory' : reason);

/** The original's exporter finds the engine by words in this text: gumbel, mcts, policy, descent, heuristic. */
const serviceSource = ({ engine, source }: About): string | null =>
  engine === null ? source : `selfplay_${engine.replaceAll('-', '_')}`;

/** Our players by the names that upstream has for such modes; a budget is no part of them. */
function serviceMode(engine: string | null, faithful: boolean): string | null {
  if (engine === null) return null;
  if (engine === 'random' || engine === 'heuristic') return `${engine}-only`;
  if (engine.startsWith('gumbel')) return 'gumbel-mcts';
  if (!faithful) return engine;
  const [kind = ''] = engine.split(':', 1);
  return MODES.find(([start]) => kind.startsWith(start))?.[1] ?? kind;
}

const MODES: readonly (readonly [start: string, mode: string])[] = [
  ['heuristic', 'heuristic-only'],
  ['mcts', 'mcts'],
  ['descent', 'nn-descent'],
];

function milliseconds(from: string, to: string): number | null {
  const span = Date.parse(to) - Date.parse(from);
  return Number.isFinite(span) ? span : null;
}

function metadataOf({ seats, ...header }: About, faithful: boolean): string {
  const { engine, board, players, run_seed } = header;
  const seed = Number(run_seed);
  // files of version 0.1.0 know no version of a score: their text has to come out the same
  const { quality_version, ...game } = GameHeaderSchema.parse(header);
  return JSON.stringify({
    board_type: board,
    engine,
    engine_mode: serviceMode(engine, faithful),
    num_players: players,
    [OURS]: { game: quality_version === null ? game : { ...game, quality_version }, seats },
    // a number there, where it fits one
    seed: faithful && run_seed !== null && String(seed) === run_seed ? seed : run_seed,
    source: faithful ? serviceSource({ ...header, seats }) : header.source,
  });
}

const ourMetadata = z.object({ [OURS]: z.object({ game: GameHeaderSchema, seats: z.array(SeatSchema) }) });

/** The columns a game of ours took along when it was written to a GameReplayDB; undefined for other games. */
export function ownColumns(
  metadata: string | null,
): { game: GameHeader; seats: z.infer<typeof SeatSchema>[] } | undefined {
  if (metadata === null) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(metadata);
  } catch {
    return undefined;
  }
  const parsed = ourMetadata.safeParse(value);
  return parsed.success ? parsed.data[OURS] : undefined;
}

/** One row a seat; the engine is the one that really played, unlike the original's (docs/upstream-formats.md §9.8). */
export function playerRows({ about, faithful }: Source, final: State): JsonObject[] {
  return about.seats.map(({ seat, player, model }) => {
    const human = faithful && player === PERSON;
    return {
      player_number: seat,
      player_type: human ? 'human' : 'ai',
      ai_type: human ? null : player,
      ai_difficulty: human ? null : 10,
      ai_profile_id: model,
      final_eliminated_rings: final.eliminated[seat],
      final_territory_spaces: final.territory[seat],
      final_rings_in_hand: final.hand[seat],
    };
  });
}

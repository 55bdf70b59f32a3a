/** Games of the original's GameReplayDB. */
import { isBoardName, isPlayerCount } from '../../engine/boards.ts';
import { RulesError } from '../../engine/errors.ts';
import { StackOrder } from '../../engine/json/stack-order.ts';
import { readState } from '../../engine/json/state.ts';
import { createRules, legacyTerritoryMinimum } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import type { JsonObject, RingriftGame, RingriftMove } from '../upstream/types.ts';
import type { Game, GameSearch } from './game.ts';
import { type Dialect, interpretMoves } from './interpret.ts';

/**
 * The game as read from `where`. Throws RulesError SETUP_INVALID, MOVE_INVALID or MOVE_ILLEGAL for one that cannot be
 * played.
 */
export function fromRingrift({ game, initialState, moves }: RingriftGame, where: string, dialect?: Dialect): Game {
  const { state, order } = initialState
    ? readState(initialState, { rings: 'bottom-to-top' })
    : { state: defaultStart(game.board_type, game.num_players), order: new StackOrder() };
  const raws = moves.map(({ move, player }) => ({ player, ...move }));
  const interpreted = interpretMoves(state, order, raws, dialect);
  return {
    id: game.game_id,
    rules: state.rules,
    initial: state,
    ...interpreted,
    searches: moves.flatMap(searchOf),
    completed: game.game_status === 'completed',
    winner: game.winner ?? 0,
    reason: game.termination_reason,
    meta: {
      where,
      source: game.source,
      engine: game.engine_mode,
      createdAt: game.created_at,
      completedAt: game.completed_at,
      quality: game.quality_score,
      opponent: game.opponent_type,
      modelElo: modelEloOf(game.metadata_json),
    },
  };
}

/** A game without its own initial state starts as the original's training games do (docs/upstream-formats.md §1.3). */
function defaultStart(board: string, players: number): State {
  if (!isBoardName(board)) throw new RulesError('SETUP_INVALID', `unknown board '${board}'`);
  if (!isPlayerCount(players)) throw new RulesError('SETUP_INVALID', `${players} players`);
  return new State(createRules(board, players, {}, { territoryMinimum: legacyTerritoryMinimum(board) }));
}

function searchOf({ move_number, probs }: RingriftMove): GameSearch[] {
  if (probs === null || Object.keys(probs).length === 0) return [];
  return [{ ply: move_number, policy: { keys: Object.entries(probs) } }];
}

/** Elo of the model that played, from the text of the metadata object. */
export function modelEloOf(metadata: string | null): number | null {
  if (metadata === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(metadata);
  } catch {
    return null;
  }
  const elo = typeof value === 'object' && value !== null ? (value as JsonObject).model_elo : undefined;
  return typeof elo === 'number' ? elo : null;
}

/** Games of upstream's GameReplayDB. */
import { isBoardName, isPlayerCount } from '../../engine/boards.ts';
import { RulesError } from '../../engine/errors.ts';
import { StackOrder } from '../../engine/json/stack-order.ts';
import { readState } from '../../engine/json/state.ts';
import { createRules, legacyTerritoryMinimum } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import type { GameRow, JsonObject, PlayerRow, RingriftGame, RingriftMove } from '../upstream/types.ts';
import type { Game, GameClaims, GameSearch } from './game.ts';

/** The game as read from `where`; replay() checks it. Throws RulesError SETUP_INVALID for a start that is no position. */
export function gameOfUpstream(stored: RingriftGame, where: string): Game {
  const { game, moves } = stored;
  const { state, order } = startOf(stored);
  return {
    where,
    id: game.game_id,
    initial: state,
    order,
    moves: moves.map(({ move, type, player }) => (hasNames(move, type, player) ? move : { ...move, type, player })),
    exceptions: 'anywhere',
    searches: moves.flatMap(searchOf),
    seats: stored.players.map(({ ai_type, player_type, player_number }) => ({
      seat: player_number,
      player: ai_type ?? `${player_type} ${player_number}`,
      model: null,
    })),
    status: statusOf(game.game_status),
    winner: game.winner ?? 0,
    reason: game.termination_reason,
    claims: claimsOf(stored),
    source: game.source,
    engine: game.engine_mode,
    createdAt: game.created_at,
    completedAt: game.completed_at,
    quality: game.quality_score,
    opponent: game.opponent_type,
    modelElo: modelEloOf(game.metadata_json),
  };
}

/** Nearly all moves, which are then not copied. */
const hasNames = (move: JsonObject, type: string, player: number): boolean =>
  move.type === type && move.player === player;

export const statusOf = (status: GameRow['game_status']): Game['status'] =>
  status === 'completed' || status === 'abandoned' ? status : 'in_progress';

/**
 * A game without its own initial state starts as upstream's training games do (docs/upstream-formats.md §1.3); with the pie
 * rule where its moves use it.
 */
function startOf({ game, initialState, moves }: RingriftGame): { state: State; order: StackOrder } {
  const { board_type: board, num_players: players } = game;
  if (initialState) {
    return readState({ ...initialState, boardType: initialState.boardType ?? board }, { rings: 'bottom-to-top' });
  }
  if (!isBoardName(board) || !isPlayerCount(players)) {
    throw new RulesError('SETUP_INVALID', `unknown board '${board}' for ${players} players`);
  }
  const swapRuleEnabled = players === 2 && moves.some(({ type }) => type === 'swap_sides');
  const rules = createRules(board, players, swapRuleEnabled ? { swapRuleEnabled } : {}, {
    territoryMinimum: legacyTerritoryMinimum(board),
  });
  return { state: new State(rules), order: new StackOrder() };
}

function searchOf({ move_number, player, probs, searchStats }: RingriftMove): GameSearch[] {
  if (probs === null || Object.keys(probs).length === 0) return [];
  const root = searchStats?.root_value;
  return [
    {
      ply: move_number,
      policy: { keys: Object.entries(probs) },
      ...(typeof root === 'number' && { rootValue: { seat: player, value: root } }),
    },
  ];
}

function claimsOf({ game, players, moves, snapshots, history }: RingriftGame): GameClaims {
  const after = new Map(snapshots.map((snapshot) => [snapshot.move_number, snapshot.state_hash]));
  const entries = new Map(history.map((entry) => [entry.move_number, entry]));
  return {
    hash: 'state',
    plies: moves.map(({ move_number, phase, player }) => {
      const entry = entries.get(move_number);
      return {
        phase,
        player,
        hashBefore: entry?.state_hash_before ?? undefined,
        hashAfter: entry?.state_hash_after ?? after.get(move_number) ?? undefined,
        phaseAfter: entry?.phase_after ?? undefined,
      };
    }),
    seats: game.game_status === 'completed' ? players.map(seatClaim) : [],
  };
}

const seatClaim = (player: PlayerRow): GameClaims['seats'][number] => ({
  seat: player.player_number,
  eliminated: player.final_eliminated_rings ?? undefined,
  territory: player.final_territory_spaces ?? undefined,
  hand: player.final_rings_in_hand ?? undefined,
});

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

/** Games of the original's replay databases as replayable games. */
import { isBoardName, isPlayerCount } from '../engine/boards.ts';
import { RulesError } from '../engine/errors.ts';
import { stateHash } from '../engine/fingerprint.ts';
import { StackOrder } from '../engine/json/stack-order.ts';
import { readState } from '../engine/json/state.ts';
import { createRules, legacyTerritoryMinimum } from '../engine/rules.ts';
import { State } from '../engine/state.ts';
import type { RingriftGame, UnusableGame } from '../games/upstream/types.ts';
import type { RecordedGame, RecordedMove, UnreadableGame } from './source.ts';

const BARE_BOARD = ['stalemate_territory', 'stalemate_rings', 'stalemate_markers', 'stalemate_last_actor'];

/**
 * The original's termination reasons and the outcomes of ours each may stand for. A game that ends on a bare board is
 * stored under the reason of the rung that decided it, as `structural`, or as last player standing.
 */
export const OUTCOMES_OF_REASON: Readonly<Record<string, readonly string[]>> = {
  ring_elimination: ['ring_threshold', 'stalemate_rings'],
  elimination: ['ring_threshold', 'stalemate_rings'],
  territory: ['territory_threshold', 'stalemate_territory'],
  territory_control: ['territory_threshold', 'stalemate_territory'],
  last_player_standing: ['lps_sole_material', 'lps_three_rounds', ...BARE_BOARD],
  lps: ['lps_sole_material', 'lps_three_rounds', ...BARE_BOARD],
  structural: BARE_BOARD,
  stalemate: BARE_BOARD,
  resignation: ['resignation'],
  timeout: ['timeout'],
};

export function fromRingrift(source: string, stored: RingriftGame | UnusableGame): RecordedGame | UnreadableGame {
  if ('problem' in stored) return { source, id: stored.gameId, config: '', problem: stored.problem };
  const { game } = stored;
  const config = `${game.board_type}_${game.num_players}p`;
  const unreadable = (problem: string): UnreadableGame => ({ source, id: game.game_id, config, problem });
  if (stored.moves.length === 0) return unreadable('the game has no moves');
  try {
    const { state, order } = initialState(stored);
    const completed = game.game_status === 'completed' || game.game_status === 'finished';
    return {
      source,
      id: game.game_id,
      config,
      state,
      order,
      moves: recordedMoves(stored),
      result: {
        finished: completed,
        ...(completed && {
          winner: game.winner,
          ...(game.termination_reason !== null && {
            reason: game.termination_reason,
            outcomes: OUTCOMES_OF_REASON[game.termination_reason],
          }),
          seats: stored.players.map((player) => ({
            player: player.player_number,
            eliminated: player.final_eliminated_rings ?? undefined,
            territory: player.final_territory_spaces ?? undefined,
            hand: player.final_rings_in_hand ?? undefined,
          })),
        }),
      },
      hash: stateHash,
    };
  } catch (error) {
    if (error instanceof RulesError) return unreadable(error.message);
    throw error;
  }
}

function initialState(stored: RingriftGame): { state: State; order: StackOrder } {
  const { game, initialState: json } = stored;
  if (json) return readState({ ...json, boardType: json.boardType ?? game.board_type }, { rings: 'bottom-to-top' });
  if (!isBoardName(game.board_type) || !isPlayerCount(game.num_players)) {
    throw new RulesError('SETUP_INVALID', `unknown board '${game.board_type}' for ${game.num_players} players`);
  }
  const rules = createRules(
    game.board_type,
    game.num_players,
    {},
    { territoryMinimum: legacyTerritoryMinimum(game.board_type) },
  );
  return { state: new State(rules), order: new StackOrder() };
}

function recordedMoves(stored: RingriftGame): RecordedMove[] {
  const after = new Map(stored.snapshots.map((snapshot) => [snapshot.move_number, snapshot.state_hash]));
  const history = new Map(stored.history.map((entry) => [entry.move_number, entry]));
  return stored.moves.map((move) => {
    const entry = history.get(move.move_number);
    return {
      raw: { ...move.move, type: move.type, player: move.player },
      phase: move.phase,
      player: move.player,
      hashBefore: entry?.state_hash_before ?? undefined,
      hashAfter: entry?.state_hash_after ?? after.get(move.move_number) ?? undefined,
      phaseAfter: entry?.phase_after ?? undefined,
    };
  });
}

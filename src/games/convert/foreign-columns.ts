/** Columns of our row for a game that upstream, or another tool, played. */
import { VERSION } from '../../core/version.ts';
import { RULES_VERSION } from '../../engine/rules.ts';
import { statusOf } from '../game/of-upstream.ts';
import type { StoredOptions } from '../record/stored-options.ts';
import { type GameHeader, PARITY_STATES, type Seat } from '../store/types.ts';
import type { RingriftGame } from '../upstream/types.ts';
import { type Played, ruleOptions } from './lenient.ts';

/** Recorded hashes after the moves, by ply. */
export function hashesOf({ snapshots, history }: RingriftGame): Record<string, string> {
  const pairs: [number, string | null][] = [
    ...snapshots.map(({ move_number, state_hash }): [number, string | null] => [move_number, state_hash]),
    ...history.map(({ move_number, state_hash_after }): [number, string | null] => [move_number, state_hash_after]),
  ];
  return Object.fromEntries(pairs.filter((pair) => pair[1] !== null)) as Record<string, string>;
}

/** Recorded policies, by ply. */
export const probsOf = ({ moves }: RingriftGame): Record<string, Readonly<Record<string, number>>> =>
  Object.fromEntries(moves.flatMap(({ move_number, probs }) => (probs === null ? [] : [[move_number, probs]])));

export function foreignOptions({ players }: RingriftGame, played: Played): StoredOptions {
  const { rules } = played.game.initial;
  const options = ruleOptions(rules);
  const column = (name: 'final_eliminated_rings' | 'final_territory_spaces'): number[] | undefined => {
    const values = players.map((player) => player[name]);
    const whole = values.every((value): value is number => value !== null && value >= 0);
    return whole && values.length === rules.players ? values : undefined;
  };
  return {
    ...(Object.keys(options).length > 0 && { rules: options }),
    ...(played.swapped && { swapped: true }),
    ...defined('eliminated', column('final_eliminated_rings')),
    ...defined('territory', column('final_territory_spaces')),
  };
}

const defined = (name: string, value: unknown): object => (value === undefined ? {} : { [name]: value });

export function foreignHeader(
  { game, players }: RingriftGame,
  { game: played, moves, decisions, broken }: Played,
  options: StoredOptions,
): GameHeader & { readonly seats: Seat[] } {
  const { rules } = played.initial;
  const winner = game.winner !== null && game.winner >= 1 && game.winner <= rules.players ? game.winner : null;
  const seats = Array.from({ length: rules.players }, (_, i): Seat => {
    const row = players.find(({ player_number }) => player_number === i + 1);
    const engine = game.engine_mode ?? row?.ai_type ?? 'unknown';
    return { seat: i + 1, player: row?.player_type === 'human' ? 'human' : engine, model: null, settings: null };
  });
  return {
    game_id: game.game_id,
    board: rules.board,
    players: rules.players,
    status: statusOf(game.game_status),
    winner,
    reason: game.termination_reason,
    ranking: null,
    plies: moves.length,
    decisions: broken === undefined ? decisions : null,
    engine: game.engine_mode,
    source: game.source,
    run_id: null,
    run_seed: null,
    shard: null,
    game_index: null,
    quality: game.quality_score,
    quality_category: game.quality_category,
    quality_version: null,
    parity_status: PARITY_STATES.find((known) => known === game.parity_status) ?? 'pending',
    parity_checked_at: game.parity_checked_at,
    parity_divergence_move: game.parity_divergence_move,
    created_at: game.created_at || 'unknown',
    rr_version: VERSION,
    rules_version: RULES_VERSION,
    encoder: null,
    options: JSON.stringify(options),
    seats,
  };
}

/** Columns of game_moves, game_state_snapshots and game_history_entries: as derived, and checked once they are settled. */

import * as z from 'zod';
import { at } from '../../core/at.ts';
import { stateHash } from '../../engine/fingerprint.ts';
import { PHASES } from '../../engine/phases.ts';
import type { State } from '../../engine/state.ts';
import { canonicalMoveType, canonicalPhase } from '../upstream/moves.ts';
import {
  HistoryRowSchema,
  type JsonObject,
  JsonObjectSchema,
  MoveRowSchema,
  ProbsSchema,
  type RingriftHistoryEntry,
  type RingriftMove,
  type RingriftSnapshot,
  SnapshotRowSchema,
} from '../upstream/types.ts';

/** The columns of game_moves that repeat what the move says, or that self-play leaves empty. */
export function columnsOf(move: JsonObject, ply: number, turn: number): JsonObject {
  return {
    move_number: ply,
    turn_number: turn,
    player: move.player,
    timestamp: move.timestamp,
    think_time_ms: move.thinkTime,
    type: move.type,
    phase: move.phase,
    ...EMPTY_COLUMNS,
  };
}

const EMPTY_COLUMNS = {
  time_remaining_ms: null,
  engine_eval: null,
  engine_eval_type: null,
  engine_depth: null,
  engine_nodes: null,
  engine_pv: null,
  engine_time_ms: null,
  heuristic_features: null,
};

const searchSchema = z.object({ probs: ProbsSchema.nullable(), searchStats: JsonObjectSchema.nullable() });
const namesSchema = z.object({ type: z.string(), phase: z.string() });

export function moveRow(value: unknown, move: JsonObject): RingriftMove {
  const names = namesSchema.parse(value);
  const type = canonicalMoveType(names.type);
  const phase = type && canonicalPhase(names.phase, type);
  if (type === undefined || phase === undefined) throw new TypeError(`no move ${names.type} in ${names.phase}`);
  return { ...MoveRowSchema.parse(value), ...searchSchema.parse(value), type, phase, move };
}

const stateSchema = z.object({ state: JsonObjectSchema.nullable() });

export const snapshotRow = (value: unknown): RingriftSnapshot => ({
  ...SnapshotRowSchema.parse(value),
  ...stateSchema.parse(value),
});

const statesSchema = z.object({ stateBefore: JsonObjectSchema.nullable(), stateAfter: JsonObjectSchema.nullable() });

export const historyRow = (value: unknown): RingriftHistoryEntry => ({
  ...HistoryRowSchema.parse(value),
  ...statesSchema.parse(value),
});

/** What a history entry says about the position on either side of a move. */
interface Glance {
  readonly phase: string;
  readonly status: string;
  readonly progress: string;
  readonly hash: string;
}

export function glance(s: State, over: boolean): Glance {
  const players = Array.from({ length: s.rules.players }, (_, i) => i + 1).map(
    (p) =>
      `{"playerNumber": ${p}, "eliminatedRings": ${s.eliminated[p]}, "territorySpaces": ${s.territory[p]}, "ringsInHand": ${s.hand[p]}}`,
  );
  return {
    phase: over ? 'game_over' : at(PHASES, s.phase),
    status: over ? 'completed' : 'active',
    progress: `{"players": [${players.join(', ')}]}`,
    hash: stateHash(s, over),
  };
}

export type Side = Glance & { readonly state: JsonObject };

export function historyColumns(ply: number, player: number, before: Side, after: Side): JsonObject {
  return {
    move_number: ply,
    player,
    phase_before: before.phase,
    phase_after: after.phase,
    status_before: before.status,
    status_after: after.status,
    progress_before_json: before.progress,
    progress_after_json: after.progress,
    state_hash_before: before.hash,
    state_hash_after: after.hash,
    board_summary_before_json: null,
    board_summary_after_json: null,
    available_moves_json: null,
    available_moves_count: null,
    engine_eval: null,
    engine_depth: null,
    fsm_valid: null,
    fsm_error_code: null,
    stateBefore: before.state,
    stateAfter: after.state,
  };
}

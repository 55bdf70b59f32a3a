/**
 * All rows of one game in a GameReplayDB, derived from the game itself by one replay. Each derived value passes through
 * `settle` under a name. Writing a stored game out, `settle` applies the difference that was kept under that name; taking
 * an original game in, it compares with what the file says, keeps the difference and answers with the file's value. The
 * same walk does both, so what goes in comes out.
 */

import * as z from 'zod';
import { stateHash } from '../../engine/fingerprint.ts';
import { Kind, kindOf } from '../../engine/moves.ts';
import { PHASES } from '../../engine/phases.ts';
import type { State } from '../../engine/state.ts';
import { untagged } from '../exact/difference.ts';
import { type OpenedGame, playOpened } from '../record/stored-game.ts';
import type { StoredGame } from '../store/types.ts';
import { canonicalMoveType, canonicalPhase } from '../upstream/moves.ts';
import {
  ChoiceRowSchema,
  GameRowSchema,
  HistoryRowSchema,
  type JsonObject,
  JsonObjectSchema,
  MoveRowSchema,
  NnueRowSchema,
  PlayerRowSchema,
  ProbsSchema,
  type RingriftGame,
  type RingriftHistoryEntry,
  type RingriftMove,
  type RingriftSnapshot,
  SnapshotRowSchema,
} from '../upstream/types.ts';
import { searchColumns } from './search-columns.ts';
import { serviceMove, unknownMove } from './service-move.ts';
import { gameRow, playerRows } from './service-rows.ts';
import { serviceStart, serviceState } from './service-state.ts';

/** Answers what the column really holds, given what was derived for it. */
export type Settle = (name: string, derived: unknown) => unknown;

/** The original keeps the state after every 20th move and after the last. */
export const SNAPSHOT_EVERY = 20;

export interface AssembleOptions {
  /** History entries for every move, with full states, also for games that came without. */
  readonly fullHistory?: boolean;
}

type About = Omit<StoredGame, 'moves' | 'extras'>;

/**
 * @throws RulesError MOVE_INVALID, MOVE_ILLEGAL when a move that should be playable is not; ZodError for a settled value
 *   of another shape
 */
export function assemble(about: About, game: OpenedGame, settle: Settle, options: AssembleOptions = {}): RingriftGame {
  const count = game.moves.length;
  const broken = game.extras.broken ?? count;
  const s = game.initial.clone();
  const row = GameRowSchema.parse(settle('game', gameRow(about, game)));
  const start = JsonObjectSchema.nullable().parse(settle('start', startOf(game, row.created_at)));
  const snapshotAt = plies.parse(settle('snapshots', standardSnapshots(count)));
  const recorded = plies.parse(settle('history', []));
  const historyAt = options.fullHistory ? range(count) : recorded;
  const [wantsSnapshot, wantsHistory] = [new Set(snapshotAt), new Set(historyAt)];

  const moves: RingriftMove[] = [];
  const snapshots: RingriftSnapshot[] = [];
  const history: RingriftHistoryEntry[] = [];
  const played: JsonObject[] = [];
  let turn = 0;
  let timestamp: unknown = start?.lastMoveAt ?? row.created_at;
  let swapped = false;

  const describe = (over: boolean): JsonObject =>
    serviceState(s, {
      start: start ?? serviceStart(s.rules, row.created_at),
      history: played.slice(),
      lastMoveAt: timestamp,
      over,
      winner: s.isOver ? s.winner : (about.winner ?? 0),
      swapped,
    });

  for (let ply = 0; ply < count; ply++) {
    const wanted = wantsHistory.has(ply);
    const before = wanted ? { ...glance(s, s.isOver), state: describe(s.isOver) } : undefined;
    const derived = game.raw.get(ply) ?? deriveMove(s, game.moves[ply], ply, String(timestamp));
    const move = JsonObjectSchema.parse(settle(`m${ply}`, derived));
    if (ply > 0 && move.player !== moves[ply - 1].player) turn++;
    moves.push(moveRow(settle(`r${ply}`, { ...columnsOf(move, ply, turn), ...searchColumns(s, game, ply) }), move));
    if (ply < broken) {
      if (kindOf(game.moves[ply]) === Kind.swap) swapped = !swapped;
      playOpened(game, s, ply);
    }
    played.push(move);
    timestamp = move.timestamp ?? timestamp;
    const over = s.isOver || (ply === count - 1 && about.status === 'completed');
    if (wantsSnapshot.has(ply)) {
      const state_hash = game.extras.hashes?.[ply] ?? stateHash(s, over);
      snapshots.push(snapshotRow(settle(`s${ply}`, { move_number: ply, state_hash, state: describe(over) })));
    }
    if (before) {
      const after = { ...glance(s, over), state: describe(over) };
      const entry = historyColumns(ply, moves[ply].player, before, after);
      history.push(historyRow(settle(`h${ply}`, entry)));
    }
  }
  return {
    game: row,
    players: z.array(PlayerRowSchema).parse(settle('players', playerRows(about, s))),
    initialState: start,
    moves,
    snapshots,
    history,
    choices: z.array(ChoiceRowSchema).parse(settle('choices', [])),
    nnue: z.array(NnueRowSchema).parse(settle('nnue', [])),
  };
}

const plies = z.array(z.int().min(0));
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const standardSnapshots = (count: number): number[] =>
  range(count).filter((ply) => ply % SNAPSHOT_EVERY === SNAPSHOT_EVERY - 1 || ply === count - 1);

function startOf({ extras, initial }: OpenedGame, created: string): unknown {
  return extras.start ? untagged(extras.start) : serviceStart(initial.rules, created);
}

/** After a game that ended for the record and not for the rules, and for moves the rules refuse, only the type is known. */
function deriveMove(s: State, move: number, ply: number, timestamp: string): JsonObject {
  return s.isOver ? unknownMove(s, move, ply, timestamp) : serviceMove(s, move, ply, timestamp);
}

/** The columns of game_moves that repeat what the move says, or that self-play leaves empty. */
function columnsOf(move: JsonObject, ply: number, turn: number): JsonObject {
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

function moveRow(value: unknown, move: JsonObject): RingriftMove {
  const names = namesSchema.parse(value);
  const type = canonicalMoveType(names.type);
  const phase = type && canonicalPhase(names.phase, type);
  if (type === undefined || phase === undefined) throw new TypeError(`no move ${names.type} in ${names.phase}`);
  return { ...MoveRowSchema.parse(value), ...searchSchema.parse(value), type, phase, move };
}

const stateSchema = z.object({ state: JsonObjectSchema.nullable() });

const snapshotRow = (value: unknown): RingriftSnapshot => ({
  ...SnapshotRowSchema.parse(value),
  ...stateSchema.parse(value),
});

const statesSchema = z.object({ stateBefore: JsonObjectSchema.nullable(), stateAfter: JsonObjectSchema.nullable() });

const historyRow = (value: unknown): RingriftHistoryEntry => ({
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

function glance(s: State, over: boolean): Glance {
  const players = Array.from({ length: s.rules.players }, (_, i) => i + 1).map(
    (p) =>
      `{"playerNumber": ${p}, "eliminatedRings": ${s.eliminated[p]}, "territorySpaces": ${s.territory[p]}, "ringsInHand": ${s.hand[p]}}`,
  );
  return {
    phase: over ? 'game_over' : PHASES[s.phase],
    status: over ? 'completed' : 'active',
    progress: `{"players": [${players.join(', ')}]}`,
    hash: stateHash(s, over),
  };
}

type Side = Glance & { readonly state: JsonObject };

function historyColumns(ply: number, player: number, before: Side, after: Side): JsonObject {
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

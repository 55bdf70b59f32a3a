/** Rows of the original's tables to values: JSON columns parsed, compressed states unpacked, older layouts as today's. */
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { zodDetail } from '../../io/ndjson/kinds.ts';
import { parseExact } from '../exact/exact-json.ts';
import { canonicalMoveType, canonicalPhase, missingPosition } from './moves.ts';
import {
  HistoryRowSchema,
  type JsonObject,
  JsonObjectSchema,
  MoveJsonSchema,
  type MoveRow,
  MoveRowSchema,
  ProbsSchema,
  type RingriftHistoryEntry,
  type RingriftMove,
  type RingriftSnapshot,
  SnapshotRowSchema,
} from './types.ts';

export type Row = Record<string, unknown>;

/** Why one game cannot be used. */
export class GameProblem extends Error {}

/** Parse a row; columns the file does not have count as null. */
export function fill<T extends z.ZodObject>(schema: T, row: Row): z.infer<T> {
  const full: Row = {};
  for (const column of Object.keys(schema.shape)) full[column] = row[column] ?? null;
  return schema.parse(full);
}

function parseJson<T>(schema: z.ZodType<T>, text: string, what: string): T {
  let value: unknown;
  try {
    value = parseExact(text);
  } catch {
    throw new GameProblem(`${what} is not JSON`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new GameProblem(`${what}: ${zodDetail(parsed.error)}`);
  return parsed.data;
}

const optionalJson = <T>(schema: z.ZodType<T>, value: unknown, what: string): T | null =>
  value === null || value === undefined || value === '' ? null : parseJson(schema, String(value), what);

/** States of tens of megabytes would be forged: the largest real ones are below one. */
const MAX_STATE_BYTES = 1 << 26;

/** A state column: JSON text, or gzip bytes, the latter as a blob or in base64. */
function readState(value: unknown, compressed: unknown, what: string): JsonObject | null {
  if (value === null || value === undefined) return null;
  let text: string;
  if (compressed === 1) {
    const bytes = value instanceof Uint8Array ? value : Buffer.from(String(value), 'base64');
    try {
      text = gunzipSync(bytes, { maxOutputLength: MAX_STATE_BYTES }).toString('utf8');
    } catch {
      throw new GameProblem(`${what} is not gzip as it says`);
    }
  } else text = value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);
  return parseJson(JsonObjectSchema, text, what);
}

/** Old files give the radius plus one as the size of hexagonal boards. */
const LEGACY_SIZES: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  hexagonal: { 13: 25 },
  hex8: { 5: 9 },
};

/**
 * The initial state with two flaws of stored files mended: the size of old hexagonal boards, and the actor mask,
 * which later copies of the state leaked into (docs/upstream-formats.md §1.3, §9.14).
 */
export function readInitialState(row: Row | undefined): JsonObject | null {
  const state = readState(row?.initial_state_json, row?.compressed, 'the initial state');
  if (state === null) return null;
  const fixed: Record<string, unknown> = { ...state };
  if ('lpsCurrentRoundActorMask' in fixed) fixed.lpsCurrentRoundActorMask = {};
  const board = JsonObjectSchema.safeParse(state.board);
  if (board.success) {
    const size = LEGACY_SIZES[String(state.boardType)]?.[Number(board.data.size)];
    if (size !== undefined) fixed.board = { ...board.data, size };
  }
  return fixed;
}

export function readSnapshot(row: Row, states: boolean): RingriftSnapshot {
  const what = `the snapshot of move ${String(row.move_number)}`;
  const state = states ? readState(row.state_json, row.compressed, what) : null;
  return { ...fill(SnapshotRowSchema, row), state };
}

export function readHistory(row: Row, states: boolean): RingriftHistoryEntry {
  const state = (column: string) =>
    states ? readState(row[column], row.compressed_states, `${column} of move ${String(row.move_number)}`) : null;
  return {
    ...fill(HistoryRowSchema, row),
    stateBefore: state('state_before_json'),
    stateAfter: state('state_after_json'),
  };
}

export function readMoveRow(row: Row): RingriftMove {
  const number = Number(row.move_number);
  const what = `move ${number}`;
  const move = typeof row.move_json === 'string' ? readMoveJson(row.move_json, what) : movePositionLayout(row, what);
  return {
    ...readNumbers(row),
    ...canonical(move, String(row.move_type ?? move.type ?? ''), textOrNull(row.phase ?? move.phase), what),
    probs: optionalJson(ProbsSchema, row.move_probs, `${what}: move_probs`),
    searchStats: optionalJson(JsonObjectSchema, row.search_stats_json, `${what}: search_stats_json`),
  };
}

/** A row without what was noted beside the move is told by hand: checking it with a schema costs more than all else of it. */
function readNumbers(row: Row): MoveRow {
  const { move_number, turn_number, player } = row;
  const bare = !('timestamp' in row) && isCount(move_number) && isCount(turn_number) && isCount(player);
  if (!bare || player < 1 || player > 4) return fill(MoveRowSchema, row);
  return { ...NOTHING_NOTED, move_number, turn_number, player };
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;

const NOTHING_NOTED = {
  timestamp: null,
  think_time_ms: null,
  time_remaining_ms: null,
  engine_eval: null,
  engine_eval_type: null,
  engine_depth: null,
  engine_nodes: null,
  engine_pv: null,
  engine_time_ms: null,
  heuristic_features: null,
} as const;

/** The same by hand where it fits the schema, which says what is wrong where it does not. */
function readMoveJson(text: string, what: string): JsonObject {
  let value: unknown;
  try {
    value = parseExact(text);
  } catch {
    throw new GameProblem(`${what} is not JSON`);
  }
  return isMoveJson(value) ? value : parseJson(MoveJsonSchema, text, what);
}

function isMoveJson(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { from, to, captureTarget } = value as JsonObject;
  return isPlace(from) && isPlace(to) && isPlace(captureTarget);
}

function isPlace(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value !== 'object') return false;
  const { x, y, z } = value as JsonObject;
  return (
    Number.isSafeInteger(x) && Number.isSafeInteger(y) && (z === null || z === undefined || Number.isSafeInteger(z))
  );
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function canonical(move: JsonObject, storedType: string, storedPhase: string | null, what: string) {
  const type = canonicalMoveType(storedType);
  if (type === undefined) throw new GameProblem(`${what}: move type '${storedType}' is unknown`);
  const phase = canonicalPhase(storedPhase, type);
  if (phase === undefined) throw new GameProblem(`${what}: its phase '${storedPhase ?? ''}' is unknown`);
  const missing = missingPosition(type, move);
  if (missing !== undefined && missing !== 'captureTarget')
    throw new GameProblem(`${what}: ${type} has no '${missing}'`);
  const named = move.type === type && move.phase === phase;
  return { type, phase, move: named ? move : { ...move, type, phase } };
}

/** The layout before move_json: only the target, in axial coordinates. */
function movePositionLayout(row: Row, what: string): JsonObject {
  const { position_q: q, position_r: r } = row;
  if (typeof q !== 'number' || typeof r !== 'number') throw new GameProblem(`${what} has no target`);
  return { type: row.move_type, player: row.player, from: null, to: { x: q, y: r, z: -(q + r) } };
}

/** Some consolidated files keep all moves as one JSON array in the games table. */
export function readMovesColumn(column: unknown): RingriftMove[] {
  if (typeof column !== 'string' || column === '') return [];
  return movesOfList(parseJson(z.array(MoveJsonSchema), column, 'the moves column'));
}

/** Moves that stand in a list of JSON objects, as the rows of game_moves. @throws GameProblem */
export function movesOfList(list: readonly JsonObject[]): RingriftMove[] {
  let turn = 0;
  return list.map((move, index) => {
    const what = `move ${index}`;
    if (index > 0 && move.player !== list[index - 1]?.player) turn++;
    const row = {
      move_number: index,
      turn_number: turn,
      player: move.player,
      timestamp: textOrNull(move.timestamp),
      think_time_ms: typeof move.thinkTime === 'number' ? move.thinkTime : null,
    };
    return {
      ...fill(MoveRowSchema, row),
      ...canonical(move, String(move.type ?? ''), textOrNull(move.phase), what),
      probs: null,
      searchStats: null,
    };
  });
}

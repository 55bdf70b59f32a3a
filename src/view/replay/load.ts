/**
 * One game or position to show, out of whatever a person has at hand: game records, golden traces, a replay database
 * of ours or the original's, or a position in the original's JSON.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import type { BoardName, PlayerCount } from '../../engine/boards.ts';
import { RulesError } from '../../engine/errors.ts';
import { type RingOrder, readState } from '../../engine/json/state.ts';
import { createRules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { isDatabase } from '../../games/databases/find.ts';
import { databaseKind } from '../../games/databases/kind.ts';
import { type GameRecord, gameKind } from '../../games/record/game.ts';
import { searchOf, startOfRecord } from '../../games/record/game-read.ts';
import { openStored } from '../../games/record/stored-game.ts';
import { GameStore } from '../../games/store/store.ts';
import { openRingriftDb } from '../../games/upstream/reader.ts';
import type { RingriftGame, RingriftMove } from '../../games/upstream/types.ts';
import { splitLines } from '../../io/ndjson/lines.ts';
import { decompressed, openSource } from '../../io/ndjson/source.ts';
import { fromRingrift } from '../../parity/from-ringrift.ts';
import { fromTrace, looksLikeTrace } from '../../parity/from-trace.ts';
import type { PlySearch } from '../../search/players/search-data.ts';
import type { ShownGame } from './replay.ts';
import { searchView, searchViewOfKeys } from './search-view.ts';

/** Which game of a file: its id, the start of its id, or its number counted from 1. */
export interface Selection {
  readonly id?: string | undefined;
  readonly number?: number | undefined;
}

/** @throws RrError NO_INPUT when the file has no such game, FILE_CORRUPT, RECORD_INVALID and whatever opening throws. */
export async function loadGame(path: string, selection: Selection): Promise<ShownGame> {
  if (path !== '-' && (await isDatabase(path))) {
    return (await databaseKind(path)) === 'rr' ? fromStore(path, selection) : fromReplayDb(path, selection);
  }
  return fromText(path, selection);
}

// ---- databases ---------------------------------------------------------------------------------------------------

async function fromReplayDb(path: string, selection: Selection): Promise<ShownGame> {
  const reader = await openRingriftDb(path);
  try {
    const id = pick(path, reader.gameIds({ includeExcluded: true }), selection);
    const stored = reader.game(id);
    if (!stored) throw noGame(path, selection);
    const game = fromRingrift(path, stored);
    if ('problem' in game) throw new RrError('DB_GAME_REFUSED', { path, game: id, detail: game.problem });
    return {
      title: `${basename(path)} ${id}`,
      names: 'game' in stored ? namesOf(stored) : [],
      start: game.state,
      ...(game.order && { order: game.order }),
      moves: game.moves.map(({ raw }) => raw ?? {}),
      ...('game' in stored && { searchAt: keyedSearch(stored.moves) }),
    };
  } finally {
    reader.close();
  }
}

const namesOf = ({ players }: RingriftGame): string[] =>
  players.map(({ ai_type, player_type, player_number }) => ai_type ?? `${player_type} ${player_number}`);

function keyedSearch(moves: readonly RingriftMove[]): ShownGame['searchAt'] {
  return (ply, s, legal) => {
    const { probs, searchStats, player } = moves[ply];
    if (!probs) return undefined;
    const root = searchStats?.root_value;
    return searchViewOfKeys(probs, typeof root === 'number' && player === s.player ? root : undefined, s, legal);
  };
}

async function fromStore(path: string, selection: Selection): Promise<ShownGame> {
  const store = await GameStore.openReadOnly(path);
  try {
    const id = pick(path, store.ids(), selection);
    const stored = store.get(id);
    if (!stored) throw noGame(path, selection);
    const { initial, moves, raw, searches } = openStored(stored, path);
    return {
      title: `${basename(path)} ${id}`,
      names: stored.seats.map(({ player, model }) => seatName(player, model)),
      start: initial,
      moves: Array.from(moves, (move, ply) => raw.get(ply) ?? move),
      searchAt: searchByPly(searches),
    };
  } finally {
    store.close();
  }
}

/** @throws RrError NO_INPUT */
function pick(path: string, ids: readonly string[], selection: Selection): string {
  const { id, number = 1 } = selection;
  const found = id === undefined ? ids[number - 1] : (ids.find((own) => own === id) ?? byStart(path, ids, id));
  if (found === undefined) throw noGame(path, selection, ids.length);
  return found;
}

function byStart(path: string, ids: readonly string[], start: string): string | undefined {
  const found = ids.filter((id) => id.startsWith(start));
  if (found.length < 2) return found[0];
  throw new RrError('USAGE', { detail: `--game ${start}: ${found.length} games of ${path} begin with that` });
}

function noGame(path: string, { id, number = 1 }: Selection, count?: number): RrError {
  const which = id === undefined ? `game number ${number}` : `game '${id}'`;
  const has = count === undefined ? '' : ` (it has ${count === 1 ? '1 game' : `${count} games`})`;
  return new RrError('NO_INPUT', { detail: `${path} has no ${which}${has}` });
}

// ---- text --------------------------------------------------------------------------------------------------------

async function fromText(path: string, selection: Selection): Promise<ShownGame> {
  const source = openSource(path);
  let seen = 0;
  for await (const { text, number } of splitLines(decompressed(source), source.name)) {
    if (text.trim() === '') continue;
    const where = `${source.name}:${number}`;
    const value = parseLine(text);
    // A position is one JSON document over many lines; anything else has one document a line.
    if (value === undefined && seen === 0 && path !== '-') return fromPosition(path);
    const game = value === undefined ? undefined : gameOfLine(value, where);
    if (!game) continue;
    seen++;
    const wanted = selection.id === undefined ? seen === (selection.number ?? 1) : game.id.startsWith(selection.id);
    if (wanted) return game.load();
  }
  throw noGame(source.name, selection, seen);
}

function parseLine(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

interface LineGame {
  readonly id: string;
  readonly load: () => ShownGame;
}

function gameOfLine(value: object, where: string): LineGame | undefined {
  if (looksLikeTrace(value)) return traceGame(value, where);
  if ('board' in value && 'currentPhase' in value) return { id: '', load: () => positionGame(value, where) };
  if (!('type' in value) || value.type !== 'game') return undefined;
  const checked = gameKind.check({ ...value, type: 'game' });
  if (!checked.ok) throw new RrError('RECORD_INVALID', { where, detail: `game: ${checked.detail}` });
  const record = checked.value;
  return { id: record.id, load: () => fromRecord(record, where) };
}

function traceGame(value: object, where: string): LineGame {
  const game = fromTrace(where, value);
  const load = (): ShownGame => {
    if ('problem' in game) throw new RrError('RECORD_INVALID', { where, detail: game.problem });
    return {
      title: `${basename(where)} ${game.id}`,
      names: [],
      start: game.state,
      moves: game.moves.map(({ raw }) => raw ?? {}),
    };
  };
  return { id: game.id, load };
}

export function fromRecord(record: GameRecord, where: string): ShownGame {
  return {
    title: `${basename(where)} ${record.id}`,
    names: record.seats.map(({ player, model }) => seatName(player, model)),
    start: startOfRecord(record),
    moves: record.moves,
    searchAt: searchByPly((record.search ?? []).map(searchOf)),
  };
}

const seatName = (player: string, model: string | null): string =>
  model === null ? player : `${player} ${model.slice(0, 8)}`;

function searchByPly(searches: readonly PlySearch[]): ShownGame['searchAt'] {
  const byPly = new Map(searches.map((search) => [search.ply, search]));
  return (ply, s, legal) => {
    const search = byPly.get(ply);
    return search && searchView(search, s, legal);
  };
}

// ---- positions ---------------------------------------------------------------------------------------------------

function fromPosition(path: string): ShownGame {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new RrError('RECORD_INVALID', {
      where: path,
      detail: 'neither game records, a replay database nor a position in JSON',
    });
  }
  return positionGame(value, path);
}

function positionGame(value: unknown, where: string): ShownGame {
  try {
    const { state } = readState(value, { rings: ringOrder(value), conserve: false });
    return { title: basename(where), names: [], start: state, moves: [] };
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    throw new RrError('RECORD_INVALID', { where, detail: `neither games nor a position: ${error.message}` });
  }
}

/** Both JSON forms look alike; in the contract's the top ring, which decides the controller, stands first. */
const stacksSchema = z.looseObject({
  board: z.looseObject({
    stacks: z.record(
      z.string(),
      z.looseObject({ rings: z.array(z.number()), controllingPlayer: z.number(), capHeight: z.number() }),
    ),
  }),
});

function ringOrder(value: unknown): RingOrder {
  const parsed = stacksSchema.safeParse(value);
  if (!parsed.success) return 'top-to-bottom';
  const contract = Object.values(parsed.data.board.stacks).every(({ rings, controllingPlayer, capHeight }) => {
    const other = rings.findIndex((ring) => ring !== controllingPlayer);
    return (other === -1 ? rings.length : other) === capHeight;
  });
  return contract ? 'top-to-bottom' : 'bottom-to-top';
}

/** The start position of a game. */
export function startPosition(board: BoardName, players: PlayerCount): ShownGame {
  const rules = createRules(board, players);
  return { title: `${board} with ${players} players`, names: [], start: new State(rules), moves: [] };
}

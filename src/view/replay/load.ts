/** One game or position to show, out of whatever a person has at hand. */
import { readFileSync } from 'node:fs';
import { RrError } from '../../core/errors.ts';
import type { BoardName, PlayerCount } from '../../engine/boards.ts';
import { createRules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import type { BadGame } from '../../games/bad-game.ts';
import type { Game } from '../../games/game/game.ts';
import { gameOfPosition, gameWithoutMoves } from '../../games/game/of-position.ts';
import { gameIds, openGames } from '../../games/game/open.ts';
import { isPlainFile } from '../../io/missing-file.ts';
import { splitLines } from '../../io/ndjson/lines.ts';
import { decompressed, openSource } from '../../io/ndjson/source.ts';

/** Which game of a file: its id, the start of its id, or its number counted from 1. */
export interface Selection {
  readonly id?: string | undefined;
  readonly number?: number | undefined;
}

/** @throws RrError NO_INPUT when the file has no such game, FILE_CORRUPT, RECORD_INVALID and whatever opening throws. */
export async function loadGame(path: string, selection: Selection): Promise<Game> {
  const ids = await gameIds(path);
  if (ids) return fromDatabase(path, pick(path, ids, selection));
  // a pipe can be read only once
  if (path !== '-' && isPlainFile(path) && !(await beginsWithDocument(path))) return fromPosition(path);
  return fromText(path, selection);
}

async function fromDatabase(path: string, id: string): Promise<Game> {
  for await (const item of openGames(path, { id })) {
    if ('game' in item) return item.game;
    if ('problem' in item) throw new RrError('DB_GAME_REFUSED', { path, game: id, detail: item.problem });
  }
  throw noGame(path, { id });
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

async function fromText(path: string, selection: Selection): Promise<Game> {
  const { id, number = 1 } = selection;
  let seen = 0;
  for await (const item of openGames(path, { truncated: 'used' })) {
    // a bad line without an id may be anything
    if ('leftOut' in item || ('problem' in item && item.id === '')) continue;
    seen++;
    const found = 'game' in item ? item.game.id : item.id;
    if (id === undefined ? seen !== number : !found.startsWith(id)) continue;
    if ('game' in item) return item.game;
    throw refused(item);
  }
  throw noGame(path === '-' ? 'stdin' : path, selection, seen);
}

const refused = ({ where, problem }: BadGame): RrError => new RrError('RECORD_INVALID', { where, detail: problem });

/** A position is one JSON document over many lines; anything else has one document a line. */
async function beginsWithDocument(path: string): Promise<boolean> {
  const source = openSource(path);
  for await (const { text } of splitLines(decompressed(source), source.name)) {
    if (text.trim() === '') continue;
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'object' && value !== null;
    } catch {
      return false;
    }
  }
  return true;
}

function fromPosition(path: string): Game {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new RrError('RECORD_INVALID', {
      where: path,
      detail: 'neither game records, a replay database nor a position in JSON',
    });
  }
  return gameOfPosition(value, path);
}

/** The start position of a game. */
export const startPosition = (board: BoardName, players: PlayerCount): Game =>
  gameWithoutMoves(new State(createRules(board, players)), `${board} with ${players} players`);

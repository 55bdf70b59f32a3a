/** Recorded games of the original's databases as initial state and moves, from the fixtures or from ../shared. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';

export interface RecordedGame {
  readonly initial: unknown;
  readonly moves: readonly Readonly<Record<string, unknown>>[];
}

const root = resolve(import.meta.dirname, '../../..');
export const FIXTURES = resolve(root, 'test/fixtures/encoding');
export const SHARED = resolve(root, '../shared/golden');
export const HAS_SHARED = existsSync(SHARED);
if (!HAS_SHARED) console.log('../shared is absent: only the encoding fixtures are tested');

export const readJsonGz = (path: string): unknown => JSON.parse(gunzipSync(readFileSync(path)).toString('utf8'));

/** Every game of a golden database file. */
export function gamesOfDb(path: string): Map<string, RecordedGame> {
  const db = new Database(gunzipSync(readFileSync(path)));
  const games = new Map<string, RecordedGame>();
  for (const { game_id, initial_state_json } of db
    .prepare('SELECT game_id, initial_state_json FROM game_initial_state')
    .all() as { game_id: string; initial_state_json: string }[]) {
    const moves = db
      .prepare('SELECT move_json FROM game_moves WHERE game_id = ? ORDER BY move_number')
      .pluck()
      .all(game_id) as string[];
    games.set(game_id, { initial: JSON.parse(initial_state_json), moves: moves.map((text) => JSON.parse(text)) });
  }
  db.close();
  return games;
}

/** Which games a training uses: the newest, as many rows as the replay window allows, each game once. */
import type { TrainingGame } from './rows.ts';

export interface WindowSettings {
  /** s: below this many rows everything is used. 0: no window. */
  readonly start: number;
  /** α: 1 uses a fixed share of all rows, smaller values ever smaller shares. */
  readonly exponent: number;
  /** c: rows that the window grows by per row of new data, at its start. */
  readonly slope: number;
}

/**
 * Rows of the window when there are `total`: W(N) = s + c·(N^α − s^α) / (α·s^(α−1)), KataGo's power law (Wu 2019, §A;
 * python/shuffle.py), never more than N. Its slope at N = s is c.
 */
export function windowRows(total: number, { start, exponent, slope }: WindowSettings): number {
  if (start <= 0 || total <= start) return total;
  const grown = (slope * (total ** exponent - start ** exponent)) / (exponent * start ** (exponent - 1));
  return Math.min(total, Math.round(start + grown));
}

/** One file's table of games: `rows[g]` is the number of samples of game g. */
export interface GameTable {
  readonly games: readonly TrainingGame[];
  readonly rows: Uint32Array;
}

/**
 * For every file, which of its games are used. A game that several files hold counts once, in the first of them.
 * Later files count as newer, whatever the dates of their games: a game that came late is not old. Within a file dates decide,
 * and games without one count as the oldest.
 */
export function selectGames(files: readonly GameTable[], settings: WindowSettings): Uint8Array[] {
  const kept = files.map(({ games }) => new Uint8Array(games.length));
  const candidates: { file: number; game: number; created: number; rows: number }[] = [];
  const seen = new Set<string>();
  let total = 0;
  files.forEach(({ games, rows }, file) => {
    games.forEach(({ id, created }, game) => {
      if (seen.has(id)) return;
      seen.add(id);
      candidates.push({
        file,
        game,
        created: Number.isNaN(created) ? Number.NEGATIVE_INFINITY : created,
        rows: rows[game],
      });
      total += rows[game];
    });
  });
  // files stand in the order in which their games came; a clock only orders the games of one
  candidates.sort((a, b) => b.file - a.file || (a.created === b.created ? b.game - a.game : b.created - a.created));
  let left = windowRows(total, settings);
  for (const { file, game, rows } of candidates) {
    if (left <= 0) break;
    kept[file][game] = 1;
    left -= rows;
  }
  return kept;
}
